using Akka.Actor;
using AkkaPipeline.Queueing;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

public sealed class ConsumersTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task Whatever_stands_behind_an_item_that_waits_is_given_to_others()
    {
        var gate = new Gate();
        await using var running = await engine.Pipeline().Consume(2, async (delivery, _) =>
        {
            if (delivery.Item == 2_000)
            {
                await gate.Opened;
            }
        }).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 2_000));
        await running.Queue.JoinAsync().Soon();
        await running.PauseAsync("to gather").Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(2_000, 100));
        await running.ResumeAsync().Soon();

        await running.Queue.UntilAsync(now => now.Acked == 2_099);

        gate.Open();
        Assert.Equal(2_100, (await running.Queue.JoinAsync().Soon()).Acked);
    }

    [Fact]
    public async Task A_consumer_killed_mid_item_is_replaced_and_its_items_return()
    {
        var stuck = new Gate();
        var seen = new List<(int Item, string Id)>();
        await using var running = await engine.Pipeline().Consume(2, async (delivery, cancellationToken) =>
        {
            lock (seen)
            {
                seen.Add((delivery.Item, delivery.Id));
            }

            if (delivery.Item == 0 && !stuck.IsOpen)
            {
                stuck.Open();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
        }).StartAsync().Soon();
        await running.Queue.PutAsync(0).Soon();
        await stuck.Opened;
        var holder = Assert.Single(await running.Queue.HoldingsAsync().Soon()).Holder;

        (await engine.ActorAsync(running.Name, $"consumers/{holder}")).Tell(Kill.Instance);
        await running.Queue.PutAllAsync(Enumerable.Range(1, 999));

        var settlement = await running.Queue.JoinAsync().Soon();
        Assert.Equal((1_000, 1_000), (settlement.Accepted, settlement.Acked));
        Assert.Equal(2, seen.Count(delivery => delivery.Item == 0));
        Assert.Single(seen.Where(delivery => delivery.Item == 0).Select(delivery => delivery.Id).Distinct());
        var replaced = await engine.ActorAsync(running.Name, $"consumers/{holder.Replace(".1", ".2")}");
        Assert.NotEqual(ActorRefs.Nobody, replaced);
    }

    [Fact]
    public async Task Killing_consumers_again_and_again_loses_nothing()
    {
        var acted = 0;
        await using var running = await engine.Pipeline().From(Enumerable.Range(0, 20_000)).Capacity(1_000)
            .Consume(4, async (delivery, _) =>
            {
                Interlocked.Increment(ref acted);
                if (delivery.Item % 20 == 0)
                {
                    await Task.Yield();
                }
            }).StartAsync().Soon();
        for (var kill = 1; kill <= 10; kill++)
        {
            await running.Queue.UntilAsync(now => now.Acked >= kill * 1_000);
            engine.System.ActorSelection($"/user/pipeline-{running.Name}.*/consumers/consumer-{kill % 4}.*").Tell(Kill.Instance);
        }

        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal((20_000, 20_000, 0), (settlement.Accepted, settlement.Acked, settlement.DeadLettered));
        Assert.True(acted >= 20_000);
    }

    [Fact]
    public async Task A_consumer_works_on_one_item_at_a_time()
    {
        var busy = new int[3];
        var next = 0;
        await engine.Pipeline().From(Enumerable.Range(0, 5_000)).Consume(3, () => new Sequential(busy, next++))
            .RunToCompletionAsync().Soon();

        Assert.Equal(3, next);
        Assert.Equal([0, 0, 0], busy);
    }

    [Fact]
    public async Task A_thousand_consumers_await_at_the_same_time()
    {
        var all = new Gate();
        var awaiting = 0;
        var settlement = await engine.Pipeline().From(Enumerable.Range(0, 3_000)).Consume(1_000, async (_, _) =>
        {
            if (Interlocked.Increment(ref awaiting) == 1_000)
            {
                all.Open();
            }

            await all.Opened;
        }).RunToCompletionAsync().Soon();

        Assert.Equal(3_000, settlement.Acked);
    }

    [Fact]
    public async Task A_pool_may_have_16384_consumers()
    {
        var settlement = await engine.Pipeline().From(Enumerable.Range(0, 20_000))
            .Consume(16_384, async (delivery, _) =>
            {
                if (delivery.Item % 3 == 0)
                {
                    await Task.Yield();
                }
            }).RunToCompletionAsync().Soon();

        Assert.Equal((20_000, PipelineOutcome.Completed), (settlement.Acked, settlement.Outcome));
    }

    [Fact]
    public async Task Consumers_that_block_their_own_threads_do_not_starve_the_engine()
    {
        const int Blocking = 8;
        using var gate = new ManualResetEventSlim();
        using var blocked = new CountdownEvent(Blocking);
        await using var hogs = await engine.Pipeline().Threads(ConsumerThreads.Dedicated).Consume(Blocking, (_, _) =>
        {
            Assert.False(Thread.CurrentThread.IsThreadPoolThread);
            blocked.Signal();
            gate.Wait(TimeSpan.FromSeconds(60), CancellationToken.None);
            return ValueTask.CompletedTask;
        }).StartAsync().Soon();
        await hogs.Queue.PutAllAsync(Enumerable.Range(0, Blocking));
        await hogs.Queue.UntilAsync(_ => blocked.IsSet);

        var other = await engine.Pipeline().From(Enumerable.Range(0, 50_000))
            .Consume(2, (_, _) => ValueTask.CompletedTask).RunToCompletionAsync().Soon();

        Assert.Equal(50_000, other.Acked);
        Assert.Equal(Blocking, (await hogs.Queue.CountsAsync().Soon()).InFlight);
        gate.Set();
        Assert.Equal(Blocking, (await hogs.CompleteAsync().Soon()).Acked);
    }

    [Fact]
    public async Task What_follows_an_await_runs_on_the_dedicated_thread_too()
    {
        var threads = new HashSet<(int Before, int After)>();
        var settlement = await engine.Pipeline().Threads(ConsumerThreads.Dedicated).From(Enumerable.Range(0, 100))
            .Consume(1, async (_, _) =>
            {
                var before = Environment.CurrentManagedThreadId;
                await Task.Yield();
                await Task.Run(() => { }, CancellationToken.None);
                threads.Add((before, Environment.CurrentManagedThreadId));
            }).RunToCompletionAsync().Soon();

        Assert.Equal(100, settlement.Acked);
        var (one, same) = Assert.Single(threads);
        Assert.Equal(one, same);
    }

    [Fact]
    public async Task An_idle_consumer_is_given_what_a_busy_one_has_not_started()
    {
        // A consumer starts its items in blocks: what stands behind a stuck item in its block is not given away.
        const int BlockMax = 64;
        var gate = new Gate();
        await using var running = await engine.Pipeline().Consume(2, async (delivery, _) =>
        {
            if (delivery.Item == 5_000)
            {
                await gate.Opened;
            }
        }).StartAsync().Soon();

        await running.Queue.PutAllAsync(Enumerable.Range(0, 10_000));

        await running.Queue.UntilAsync(now => now.Acked >= 10_000 - BlockMax && now.Queued == 0);
        gate.Open();
        Assert.Equal(10_000, (await running.CompleteAsync().Soon()).Acked);
    }

    [Fact]
    public async Task A_single_item_that_waits_behind_another_is_asked_back_for_an_idle_consumer()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAllAsync(1, 2);
        var queue = await engine.ActorAsync(running.Name, "queue");
        var inbox = Inbox.Create(engine.System);
        var busy = new ConsumerKey(7, 1);
        queue.Tell(new QueueProtocol.Request(inbox.Receiver, busy, 1, new WorkDemand(1, 0)));
        queue.Tell(new QueueProtocol.Request(inbox.Receiver, busy, 2, new WorkDemand(1, 0, Idle: false)));
        await inbox.ReceiveAsync(TimeSpan.FromSeconds(30));
        var second = (QueueProtocol.Grant)await inbox.ReceiveAsync(TimeSpan.FromSeconds(30));

        var idle = Inbox.Create(engine.System);
        queue.Tell(new QueueProtocol.Request(idle.Receiver, new ConsumerKey(8, 1), 1, new WorkDemand(1, 0)));

        Assert.Equal(second.Id, ((QueueProtocol.TakeBack)await inbox.ReceiveAsync(TimeSpan.FromSeconds(30))).GrantId);
        queue.Tell(new QueueProtocol.Settle(busy, 1, second.Epoch, second.Id, new OutcomeRun(0, 1, Outcome.Released)));
        Assert.Equal(2, ((QueueProtocol.Grant)await idle.ReceiveAsync(TimeSpan.FromSeconds(30))).Items.SequenceAt(0));
    }

    private sealed class Sequential(int[] busy, int place) : IItemConsumer<int>
    {
        public async ValueTask ConsumeAsync(Delivery<int> delivery, CancellationToken cancellationToken)
        {
            Assert.Equal(1, Interlocked.Increment(ref busy[place]));
            if (delivery.Item % 3 == 0)
            {
                await Task.Yield();
            }

            Assert.Equal(0, Interlocked.Decrement(ref busy[place]));
        }
    }
}
