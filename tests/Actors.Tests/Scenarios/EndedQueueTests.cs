using Akka.Actor;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

public sealed class EndedQueueTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task When_the_queues_actor_dies_everything_that_waits_fails_loudly()
    {
        await using var running = await engine.QueueAsync(capacity: 1);
        await running.Queue.PutAsync(1).Soon();
        var put = running.Queue.PutAsync(2).AsTask();
        var join = running.Queue.JoinAsync();
        await running.Queue.HasHeardAsync();

        (await engine.ActorAsync(running.Name, "queue")).Tell(Kill.Instance);

        var failed = await Assert.ThrowsAsync<PipelineFailedException>(() => running.Completion.Soon());
        Assert.Contains("queue", failed.Message);
        await Assert.ThrowsAsync<QueueShutDownException>(() => put.Soon());
        await Assert.ThrowsAsync<QueueShutDownException>(() => join.Soon());
        await EverythingFailsAsync(running.Queue);
    }

    [Fact]
    public async Task When_the_queues_actor_dies_gets_that_wait_fail_and_consumers_stop()
    {
        var stuck = new Gate();
        var cancelled = new Gate();
        await using var running = await engine.Pipeline().Consume(1, async (_, cancellationToken) =>
        {
            stuck.Open();
            await using var heard = cancellationToken.Register(cancelled.Open);
            await cancelled.Opened;
        }).StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();
        await stuck.Opened;
        var get = running.Queue.GetAsync().AsTask();
        await running.Queue.HasHeardAsync();

        (await engine.ActorAsync(running.Name, "queue")).Tell(PoisonPill.Instance);

        await Assert.ThrowsAsync<QueueShutDownException>(() => get.Soon());
        await cancelled.Opened;
        await Assert.ThrowsAsync<PipelineFailedException>(() => running.Completion.Soon());
    }

    [Theory]
    [InlineData("front-end")]
    [InlineData("consumers")]
    [InlineData("store")]
    public async Task When_a_part_dies_the_pipeline_fails_and_names_it(string part)
    {
        var source = new CountedSource(int.MaxValue);
        await using var running = await engine.Pipeline().From(source.Read())
            .Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();

        (await engine.ActorAsync(running.Name, part)).Tell(Kill.Instance);

        var failed = await Assert.ThrowsAsync<PipelineFailedException>(() => running.Completion.Soon());
        Assert.Contains(part, failed.Message);
    }

    [Fact]
    public async Task When_the_coordinator_is_stopped_from_outside_everything_that_waits_fails()
    {
        await using var running = await engine.QueueAsync(capacity: 1);
        var get = running.Queue.GetAsync().AsTask();
        await running.Queue.HasHeardAsync();

        (await engine.ActorAsync(running.Name, string.Empty)).Tell(PoisonPill.Instance);

        await Assert.ThrowsAsync<QueueShutDownException>(() => get.Soon());
        await Assert.ThrowsAsync<PipelineFailedException>(() => running.Completion.Soon());
        await EverythingFailsAsync(running.Queue);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Asking_an_ended_queue_fails_and_does_not_hang(bool completed)
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAsync(1).Soon();
        using var held = await running.Queue.GetAsync().Soon();
        if (completed)
        {
            await held.AckAsync().Soon();
            await running.CompleteAsync().Soon();
        }
        else
        {
            await running.DrainAsync(TimeSpan.Zero).Soon();
            await Assert.ThrowsAsync<QueueShutDownException>(() => held.AckAsync().Soon());
        }

        await EverythingFailsAsync(running.Queue);
        Assert.Equal(1, (await running.CompleteAsync().Soon()).Accepted);
    }

    [Fact]
    public async Task A_completion_waits_for_what_is_held_by_direct_gets()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAsync(1).Soon();
        using var held = await running.Queue.GetAsync().Soon();
        var completing = running.CompleteAsync().AsTask();
        await running.Queue.HasHeardAsync();
        Assert.False(completing.IsCompleted);

        await held.AckAsync().Soon();

        Assert.Equal(1, (await completing.Soon()).Acked);
    }

    [Fact]
    public async Task The_last_ack_and_the_last_join_are_answered_although_the_pipeline_ends_with_them()
    {
        for (var round = 0; round < 200; round++)
        {
            await using var running = await engine.QueueAsync();
            await running.Queue.PutAsync(1).Soon();
            using var held = await running.Queue.GetAsync().Soon();
            var join = running.Queue.JoinAsync();
            var completing = running.CompleteAsync().AsTask();

            await held.AckAsync().Soon();

            Assert.Equal(1, (await join.Soon()).Acked);
            Assert.Equal(1, (await completing.Soon()).Acked);
        }
    }

    [Fact]
    public async Task A_put_confirmed_before_a_completion_is_worked_on()
    {
        for (var round = 0; round < 100; round++)
        {
            await using var running = await engine.Pipeline()
                .Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
            await running.Queue.PutAllAsync(1, 2);

            Assert.Equal(2, (await running.CompleteAsync().Soon()).Acked);
        }
    }

    [Fact]
    public async Task A_doubled_name_is_refused_and_a_name_is_free_again_after_the_end()
    {
        var name = engine.NewName();
        for (var round = 0; round < 50; round++)
        {
            await using var running = await WorkQueue.StartAsync<int>(engine.System, name).Soon();

            var thrown = await Assert.ThrowsAsync<InvalidOperationException>(
                () => WorkQueue.StartAsync<int>(engine.System, name).Soon());
            Assert.Contains(name, thrown.Message);

            await running.Queue.PutAsync(1).Soon();
            Assert.Equal(1, await running.Queue.TakeAsync());
            await running.CompleteAsync().Soon();
        }
    }

    [Fact]
    public async Task Any_name_will_do()
    {
        await using var running = await WorkQueue.StartAsync<int>(engine.System, "Aufträge für 50 % / #1").Soon();

        Assert.Equal("Aufträge für 50 % / #1", (await running.Queue.JoinAsync().Soon()).Pipeline);
    }

    [Fact]
    public async Task Delivery_ids_are_unique_across_queues_of_one_name_and_tell_the_sequence()
    {
        var name = engine.NewName();
        var ids = new HashSet<string>();
        for (var round = 0; round < 3; round++)
        {
            await using var running = await WorkQueue.StartAsync<int>(engine.System, name).Soon();
            await running.Queue.PutAllAsync(1, 2, 3);
            for (var sequence = 1; sequence <= 3; sequence++)
            {
                using var delivery = await running.Queue.GetAsync().Soon();
                Assert.Equal(sequence, delivery.Sequence);
                Assert.StartsWith(name, delivery.Id);
                Assert.True(ids.Add(delivery.Id));
                await delivery.AckAsync().Soon();
            }
        }
    }

    private static async Task EverythingFailsAsync(IWorkQueue<int> queue)
    {
        await Assert.ThrowsAsync<QueueShutDownException>(() => queue.PutAsync(1).Soon());
        await Assert.ThrowsAsync<QueueShutDownException>(() => queue.TryPutAsync(1).Soon());
        await Assert.ThrowsAsync<QueueShutDownException>(() => queue.GetAsync().Soon());
        await Assert.ThrowsAsync<QueueShutDownException>(() => queue.TryGetAsync().Soon());
        await Assert.ThrowsAsync<QueueShutDownException>(() => queue.JoinAsync().Soon());
        await Assert.ThrowsAsync<QueueShutDownException>(() => queue.CountsAsync().Soon());
        await Assert.ThrowsAsync<QueueShutDownException>(() => queue.HoldingsAsync().Soon());
    }
}
