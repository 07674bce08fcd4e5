using AkkaPipeline.Consuming;
using AkkaPipeline.Queueing;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Consuming;

public sealed class PoolStateTests
{
    private readonly RecordedPool pool = new();

    [Fact]
    public void A_pool_grows_by_fresh_places()
    {
        pool.State.Start(2);

        pool.State.Resize(1, 4);

        Assert.Equal(["consumer-0.1", "consumer-1.1", "consumer-2.1", "consumer-3.1"], pool.Living);
        Assert.Equal([1L], pool.Resized);
    }

    [Fact]
    public void A_pool_shrinks_by_its_highest_places_and_has_its_size_when_they_have_stopped()
    {
        pool.State.Start(4);

        pool.State.Resize(1, 2);

        Assert.Equal(["consumer-3.1", "consumer-2.1"], pool.Retiring);
        Finish(3);
        Assert.Empty(pool.Resized);
        Finish(2);
        Assert.Equal([1L], pool.Resized);
        Assert.Equal(["consumer-0.1", "consumer-1.1"], pool.Living);
    }

    [Fact]
    public void A_pool_grows_while_some_retire_and_gives_their_places_to_nobody()
    {
        pool.State.Start(3);
        pool.State.Resize(1, 1);

        pool.State.Resize(2, 3);

        Assert.Equal(["consumer-0.1", "consumer-1.1", "consumer-2.1", "consumer-3.1", "consumer-4.1"], pool.Living);
        Assert.Equal(2, pool.Retiring.Count);
        Finish(1);
        Finish(2);
        Assert.Equal([2L], pool.Resized);
    }

    [Fact]
    public void A_consumer_that_dies_is_replaced_unless_it_retires()
    {
        pool.State.Start(2);
        pool.State.Resize(1, 1);

        Die(new ConsumerKey(0, 1));
        Die(new ConsumerKey(1, 1));

        Assert.Equal(["consumer-0.2"], pool.Living);
        Assert.Equal([1L], pool.Resized);
    }

    [Fact]
    public void A_resize_that_is_heard_twice_or_at_the_end_changes_nothing_but_is_answered()
    {
        pool.State.Start(2);
        pool.State.Resize(1, 3);
        pool.State.Resize(1, 3);
        Assert.Equal(3, pool.Living.Count);

        pool.State.End();
        pool.State.Resize(2, 10);

        Assert.Equal(3, pool.Living.Count);
        Assert.Equal([1L, 2L], pool.Resized);
    }

    [Fact]
    public void A_resize_that_waits_is_answered_by_the_end()
    {
        pool.State.Start(2);
        pool.State.Resize(1, 1);

        pool.State.End();

        Assert.Equal([1L], pool.Resized);
        Die(new ConsumerKey(0, 1));
        Assert.Equal(0, pool.TimesStopped);
        Die(new ConsumerKey(1, 1));
        Assert.Equal(1, pool.TimesStopped);
    }

    [Fact]
    public void A_consumer_that_is_abandoned_is_replaced_at_once()
    {
        pool.State.Start(2);

        pool.State.Abandoned(new ConsumerKey(1, 1));
        pool.State.Abandoned(new ConsumerKey(1, 1));

        Assert.Equal(["consumer-0.1", "consumer-1.1", "consumer-1.2"], pool.Living);
        Assert.Equal((2, 1), pool.Standing);
        pool.State.Returned(new ConsumerKey(1, 1));
        Die(new ConsumerKey(1, 1));
        Assert.Equal(["consumer-0.1", "consumer-1.2"], pool.Living);
        Assert.Equal((2, 0), pool.Standing);
    }

    [Fact]
    public void At_the_bound_nobody_is_replaced_and_grants_stop_until_code_returns()
    {
        var bounded = new RecordedPool(abandonedMax: 2);
        bounded.State.Start(3);
        bounded.State.Abandoned(new ConsumerKey(0, 1));
        Assert.Empty(bounded.Pauses);

        bounded.State.Abandoned(new ConsumerKey(1, 1));
        bounded.State.Abandoned(new ConsumerKey(2, 1));

        Assert.Equal([2, 3], bounded.Pauses);
        Assert.Equal((1, 3), bounded.Standing);
        bounded.State.Returned(new ConsumerKey(0, 1));
        Assert.Equal([2, 3, 2], bounded.Pauses);
        bounded.State.Returned(new ConsumerKey(2, 1));
        Assert.Equal([2, 3, 2, 0], bounded.Pauses);
        Assert.Equal((3, 1), bounded.Standing);
        Assert.Contains("consumer-1.2", bounded.Living);
        Assert.Contains("consumer-2.2", bounded.Living);
    }

    [Fact]
    public void When_told_to_go_on_as_many_again_may_be_abandoned()
    {
        var bounded = new RecordedPool(abandonedMax: 1);
        bounded.State.Start(2);
        bounded.State.Resume();
        bounded.State.Abandoned(new ConsumerKey(0, 1));
        Assert.Equal([1], bounded.Pauses);

        bounded.State.Resume();

        Assert.Equal([1, 0], bounded.Pauses);
        Assert.Equal((2, 1), bounded.Standing);
        bounded.State.Abandoned(new ConsumerKey(0, 2));
        Assert.Equal([1, 0, 2], bounded.Pauses);
        Die(bounded, new ConsumerKey(0, 1));
        Die(bounded, new ConsumerKey(0, 2));
        Assert.Equal([1, 0, 2, 0], bounded.Pauses);
        Assert.Equal((2, 0), bounded.Standing);
    }

    [Fact]
    public void What_is_allowed_when_told_to_go_on_does_not_add_up_while_code_returns()
    {
        var bounded = new RecordedPool(abandonedMax: 2);
        bounded.State.Start(4);
        bounded.State.Abandoned(new ConsumerKey(0, 1));
        bounded.State.Abandoned(new ConsumerKey(1, 1));
        bounded.State.Resume();
        bounded.State.Returned(new ConsumerKey(0, 1));
        Assert.Equal([2, 0], bounded.Pauses);

        bounded.State.Abandoned(new ConsumerKey(2, 1));
        bounded.State.Abandoned(new ConsumerKey(3, 1));

        Assert.Equal([2, 0, 3], bounded.Pauses);
    }

    [Fact]
    public void One_that_retires_and_is_abandoned_is_not_replaced_and_not_waited_for()
    {
        pool.State.Start(2);
        pool.State.Resize(1, 1);

        pool.State.Abandoned(new ConsumerKey(1, 1));

        Assert.Equal([1L], pool.Resized);
        Assert.Equal((1, 1), pool.Standing);
        Assert.DoesNotContain("consumer-1.2", pool.Living);
    }

    [Fact]
    public void A_pool_that_shrinks_while_places_are_empty_gives_those_up_first()
    {
        var bounded = new RecordedPool(abandonedMax: 1);
        bounded.State.Start(3);
        bounded.State.Abandoned(new ConsumerKey(0, 1));

        bounded.State.Resize(1, 2);
        bounded.State.Returned(new ConsumerKey(0, 1));

        Assert.Empty(bounded.Retiring);
        Assert.Equal((2, 0), bounded.Standing);
        Assert.Equal([1, 0], bounded.Pauses);
    }

    [Fact]
    public void Nobody_is_replaced_at_the_end()
    {
        pool.State.Start(1);
        pool.State.End();

        pool.State.Abandoned(new ConsumerKey(0, 1));

        Assert.Equal(["consumer-0.1"], pool.Living);
    }

    /// <summary>Below 40 a resize to that size; else the oldest or a later one of those that retire, or live, ends.</summary>
    [Fact]
    public void Whatever_happens_there_are_as_many_that_work_as_were_asked_for_last() =>
        Gen.Int[0, 79].List[0, 100].Sample(acts =>
        {
            var pool = new RecordedPool();
            pool.State.Start(3);
            var (size, resizes) = (3, 0L);
            foreach (var act in acts)
            {
                if (act < 40)
                {
                    size = act + 1;
                    pool.State.Resize(++resizes, size);
                }
                else if (act < 60 && pool.Retiring.Count > 0)
                {
                    pool.Finish(pool.Retiring[act % pool.Retiring.Count]);
                }
                else
                {
                    pool.Die(pool.Living[act % pool.Living.Count]);
                }

                Assert.Equal(size, pool.Living.Except(pool.Retiring).Count());
                Assert.Equal(pool.Retiring.Count == 0 ? resizes : pool.Resized.LastOrDefault(), pool.Resized.LastOrDefault());
            }
        });

    private void Finish(int index) => pool.Finish(new ConsumerKey(index, 1).ToString());

    private void Die(ConsumerKey consumer) => Die(pool, consumer);

    private static void Die(RecordedPool one, ConsumerKey consumer) => one.Die(consumer.ToString());

    private sealed class RecordedPool : IPoolEffects
    {
        private readonly Dictionary<string, ConsumerKey> keys = [];

        public RecordedPool(int abandonedMax = int.MaxValue) => State = new PoolState(this, abandonedMax);

        public PoolState State { get; }

        public List<string> Living { get; } = [];

        public List<string> Retiring { get; } = [];

        public List<long> Resized { get; } = [];

        /// <summary>With how many abandoned it paused; 0: it goes on.</summary>
        public List<int> Pauses { get; } = [];

        public (int Consumers, int Abandoned) Standing { get; private set; }

        public int TimesStopped { get; private set; }

        public void Finish(string consumer)
        {
            State.Retired(keys[consumer]);
            Die(consumer);
        }

        public void Die(string consumer)
        {
            Living.Remove(consumer);
            Retiring.Remove(consumer);
            State.Gone(keys[consumer]);
        }

        void IPoolEffects.Add(ConsumerKey consumer)
        {
            keys.Add(consumer.ToString(), consumer);
            Living.Add(consumer.ToString());
        }

        void IPoolEffects.Replace(ConsumerKey gone, ConsumerKey with) => ((IPoolEffects)this).Add(with);

        void IPoolEffects.Retire(ConsumerKey consumer) => Retiring.Add(consumer.ToString());

        void IPoolEffects.Poison(ConsumerKey consumer) => Assert.Contains(consumer.ToString(), Retiring);

        void IPoolEffects.Pause(int abandoned) => Pauses.Add(abandoned);

        void IPoolEffects.Resume() => Pauses.Add(0);

        void IPoolEffects.Stands(int consumers, int abandoned) => Standing = (consumers, abandoned);

        void IPoolEffects.Resized(long number) => Resized.Add(number);

        void IPoolEffects.Stopped() => TimesStopped++;
    }
}
