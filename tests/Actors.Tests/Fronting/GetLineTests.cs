using AkkaPipeline.Consuming;
using AkkaPipeline.Fronting;
using AkkaPipeline.Queueing;
using Xunit;

namespace AkkaPipeline.Tests.Fronting;

public sealed class GetLineTests
{
    private readonly RecordedLink effects = new();
    private readonly QueueLink link;
    private readonly GetLine<string> line;

    public GetLineTests()
    {
        link = new QueueLink(effects);
        line = new GetLine<string>(link);
    }

    [Fact]
    public void A_try_get_that_came_after_the_request_is_asked_for_anew()
    {
        var first = Get(waits: false);
        var second = Get(waits: false);
        line.Add(first);
        line.Add(second);

        Assert.True(link.TakeNothing(1));
        line.NothingReady(shutDown: false, new QueueShutDownException("over"));
        line.AskIfNeeded();

        Assert.True(first.Answer.Task.IsCompletedSuccessfully);
        Assert.False(second.Answer.Task.IsCompleted);
        Assert.Equal([(1L, 1), (2L, 1)], effects.Requests);
    }

    [Fact]
    public void Waiting_gets_are_served_in_their_order_and_those_that_left_are_passed_over()
    {
        FrontEndProtocol.Get<string>[] gets = [Get(waits: true), Get(waits: true), Get(waits: true)];
        Array.ForEach(gets, line.Add);
        gets[1].Answer.TrySetCanceled();

        Assert.Same(gets[0], line.Next());
        Assert.Same(gets[2], line.Next());
        Assert.Null(line.Next());
    }

    [Fact]
    public void A_request_that_is_open_is_renewed_for_one_more_and_not_doubled()
    {
        line.Add(Get(waits: true));
        line.Add(Get(waits: true));
        Assert.Equal([(1L, 1), (1L, 2)], effects.Requests);
    }

    [Fact]
    public void A_shutdown_answers_them_all()
    {
        FrontEndProtocol.Get<string>[] gets = [Get(waits: true), Get(waits: true)];
        Array.ForEach(gets, line.Add);
        line.NothingReady(shutDown: true, new QueueShutDownException("over"));
        Assert.All(gets, get => Assert.IsType<QueueShutDownException>(get.Answer.Task.Exception?.InnerException));
    }

    private static FrontEndProtocol.Get<string> Get(bool waits) => new(new TaskCompletionSource<LeasedDelivery<string>?>(), null, waits);

    private sealed class RecordedLink : IQueueLinkEffects
    {
        public List<(long Number, int Items)> Requests { get; } = [];

        public void Request(long number, WorkDemand wants) => Requests.Add((number, wants.Items));

        public void Withdraw(long number)
        {
        }

        public void Settle(long number, int epoch, long grantId, OutcomeRun run)
        {
        }

        public void Refused(Refusal refusal)
        {
        }
    }
}
