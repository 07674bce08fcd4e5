using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

/// <summary>What a user's code may do without harm to anybody but its own item.</summary>
public sealed class ConsumerCodeTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task A_drain_does_not_wait_for_a_consumer_that_is_still_being_made()
    {
        using var gate = new ManualResetEventSlim();
        await using var running = await engine.Pipeline().Consume(2, () =>
        {
            gate.Wait(TimeSpan.FromSeconds(60), CancellationToken.None);
            return new Nothing();
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3);

        var settlement = await running.DrainAsync(TimeSpan.Zero).Soon();

        Assert.Equal((3, 3), (settlement.Accepted, settlement.Released));
        gate.Set();
    }

    [Fact]
    public async Task While_one_consumer_is_being_made_the_others_do_its_work()
    {
        using var gate = new ManualResetEventSlim();
        var made = 0;
        await using var running = await engine.Pipeline().Consume(2, () =>
        {
            if (Interlocked.Increment(ref made) == 1)
            {
                gate.Wait(TimeSpan.FromSeconds(60), CancellationToken.None);
            }

            return new Nothing();
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 100));

        Assert.Equal(100, (await running.Queue.JoinAsync().Soon()).Acked);
        gate.Set();
    }

    [Theory]
    [InlineData(ConsumerThreads.Shared)]
    [InlineData(ConsumerThreads.Dedicated)]
    public async Task A_consumer_may_block_on_a_task_of_its_own(ConsumerThreads threads)
    {
        var settlement = await engine.Pipeline().Threads(threads).From(Enumerable.Range(0, 3)).Consume(1, (_, _) =>
        {
            ((IAsyncResult)InnerAsync()).AsyncWaitHandle.WaitOne();
            return ValueTask.CompletedTask;
        }).RunToCompletionAsync().Soon();

        Assert.Equal(3, settlement.Acked);

        static async Task InnerAsync()
        {
            await Task.Yield();
            await Task.Delay(1);
        }
    }

    [Theory]
    [InlineData(ConsumerThreads.Shared)]
    [InlineData(ConsumerThreads.Dedicated)]
    public async Task A_synchronization_context_that_a_consumer_leaves_behind_stops_nobody(ConsumerThreads threads)
    {
        var settlement = await engine.Pipeline().Threads(threads).From(Enumerable.Range(0, 100)).Consume(1, (delivery, _) =>
        {
            SynchronizationContext.SetSynchronizationContext(new Dead());
            return delivery.Item > 5 ? new ValueTask(Task.Run(() => { }, CancellationToken.None)) : ValueTask.CompletedTask;
        }).RunToCompletionAsync().Soon();

        Assert.Equal(100, settlement.Acked);
    }

    [Fact]
    public async Task A_kept_delivery_does_not_decide_about_the_item_at_hand()
    {
        Delivery<int>? kept = null;
        Exception? thrown = null;
        await using var running = await engine.Pipeline().Consume(1, (delivery, _) =>
        {
            if (kept is { } before)
            {
                delivery.Reject("its own");
                thrown = Record.Exception(before.Release);
            }

            kept ??= delivery;
            return ValueTask.CompletedTask;
        }).StartAsync().Soon();
        await running.PauseAsync("to gather").Soon();
        await running.Queue.PutAllAsync(1, 2);
        await running.ResumeAsync().Soon();

        await running.Queue.JoinAsync().Soon();

        Assert.IsType<InvalidOperationException>(thrown);
        Assert.Equal((2, "its own"), Assert.Single(await running.DeadLetters.AllAsync()) is var letter ? (letter.Item, letter.Reason) : default);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_rule_for_failures_that_never_returns_is_covered_by_the_timeout(bool fails)
    {
        using var gate = new ManualResetEventSlim();
        await using var running = await engine.Pipeline().Timeout(Moment, Moment).OnFailure((_, _) =>
        {
            gate.Wait(TimeSpan.FromSeconds(60), CancellationToken.None);
            return FailureOutcome.ByPolicy;
        }).Consume(1, async (delivery, cancellationToken) =>
        {
            if (delivery.Item == 1)
            {
                await (fails ? Task.FromException(new IOException()) : new Gate().Opened);
            }
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3);

        var settlement = await running.Queue.JoinAsync().Soon();

        Assert.Equal((2, 1), (settlement.Acked, settlement.DeadLettered));
        gate.Set();
    }

    private sealed class Nothing : IItemConsumer<int>
    {
        public ValueTask ConsumeAsync(Delivery<int> delivery, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private sealed class Dead : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
