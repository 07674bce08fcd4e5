using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;
using AkkaPipeline.Tests.Queueing;
using Xunit;

namespace AkkaPipeline.Tests.Producing;

public sealed class ProducerStateTests
{
    [Fact]
    public void Credit_said_before_a_yield_was_heard_is_not_taken_up_again()
    {
        var effects = new Recorded();
        var state = new ProducerState(effects, window: 10, wantsSettled: false);
        state.Credit(new CreditStanding(1, 0, 10, 100, 0, ShutDown: false));
        state.Recall(2);
        Assert.Equal([(2L, 0L)], effects.Yields);

        state.Credit(new CreditStanding(2, 0, 10, 100, 0, ShutDown: false));
        state.Read(5);

        Assert.Empty(effects.Offers);
    }

    [Fact]
    public void A_recall_heard_after_a_credit_of_its_version_still_yields()
    {
        var effects = new Recorded();
        var state = new ProducerState(effects, window: 10, wantsSettled: false);
        state.Credit(new CreditStanding(2, 0, 10, 100, 0, ShutDown: false));
        state.Recall(2);
        Assert.Equal([(2L, 0L)], effects.Yields);
    }

    [Fact]
    public void A_source_may_read_one_item_without_credit_and_then_asks_urgently()
    {
        var effects = new Recorded();
        var state = new ProducerState(effects, window: 10, wantsSettled: false, ahead: 1);
        state.Credit(new CreditStanding(1, 0, 0, 100, 0, ShutDown: false));
        Assert.Equal((1L, 100L), effects.Allowed);

        state.Read(1);

        Assert.True(effects.Demands[^1].Urgent);
        Assert.Empty(effects.Offers);
    }

    [Fact]
    public void A_repeated_demand_asks_for_an_answer()
    {
        var effects = new Recorded();
        var state = new ProducerState(effects, window: 10, wantsSettled: false);
        state.Start();
        state.Repeat();
        state.Repeat();
        Assert.Equal([0L, 1L, 2L], effects.Demands.Select(demand => demand.Probe));
    }

    [Fact]
    public void One_that_goes_on_in_anothers_place_is_behind_until_the_queue_has_answered()
    {
        var effects = new Recorded();
        var state = new ProducerState(effects, window: 10, wantsSettled: true);
        state.Credit(new CreditStanding(1, 0, 10, 100, 0, ShutDown: false));
        Assert.False(state.IsBehind);

        state.GoOn();

        Assert.True(state.IsBehind);
        state.SettledRun(1, 0, 1);
        Assert.True(state.IsBehind);
        state.Credit(new CreditStanding(1, 0, 10, 100, 0, ShutDown: false));
        Assert.False(state.IsBehind);
    }

    [Fact]
    public void It_tells_the_queue_that_it_has_ended_even_if_the_queue_has_all()
    {
        var effects = new Recorded();
        new ProducerState(effects, window: 10, wantsSettled: false).Ended(null);
        Assert.True(Assert.Single(effects.Demands).Ending);
        Assert.Equal(1, effects.Completions);
    }

    private sealed class Recorded : IProducerEffects
    {
        public List<CreditDemand> Demands { get; } = [];

        public List<(long Number, int Count)> Offers { get; } = [];

        public List<(long Version, long UpTo)> Yields { get; } = [];

        public (long UpTo, long Bytes) Allowed { get; private set; }

        public int Completions { get; private set; }

        public void Demand(CreditDemand wants) => Demands.Add(wants);

        public void Offer(long number, Chunk chunk, CreditDemand wants) => Offers.Add((number, chunk.Count));

        public Chunk Cut(int most) => new PlainChunk(most);

        public void Yield(long version, long upTo) => Yields.Add((version, upTo));

        public void Noted(long upTo)
        {
        }

        public void Allow(long upTo, long bytes) => Allowed = (upTo, bytes);

        public long Shrink() => 0;

        public void Settled(long first, int count, long watermark)
        {
        }

        public void Completed(Exception? failure) => Completions++;
    }
}
