using Akka.Actor;
using AkkaPipeline.Queueing;
using Xunit;

namespace AkkaPipeline.Tests.Semantics;

public sealed class AcknowledgementSemanticsTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task S03_A_second_ack_is_an_error_and_changes_nothing()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAllAsync(1, 2);
        using var delivery = await running.Queue.GetAsync().Soon();
        await delivery.AckAsync().Soon();
        var before = await running.Queue.CountsAsync().Soon();

        var thrown = await Assert.ThrowsAsync<AlreadySettledException>(() => delivery.AckAsync().Soon());

        Assert.Contains("too many times", thrown.Message);
        Assert.Contains(delivery.Id, thrown.Message);
        Assert.Equal(before, await running.Queue.CountsAsync().Soon());
        Assert.Equal(1, before.Acked);
        Assert.Equal(1, before.Queued);
    }

    [Fact]
    public async Task S03_Failing_or_disposing_an_acked_delivery_changes_nothing()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAsync(1).Soon();
        var delivery = await running.Queue.GetAsync().Soon();
        await delivery.AckAsync().Soon();

        await Assert.ThrowsAsync<AlreadySettledException>(() => delivery.FailAsync(new InvalidDataException()).Soon());
        delivery.Dispose();
        delivery.Dispose();

        await running.Queue.HasHeardAsync();
        var counts = await running.Queue.CountsAsync().Soon();
        Assert.Equal((1, 0, 0), (counts.Acked, counts.DeadLettered, counts.Queued));
        Assert.Empty(await running.DeadLetters.AllAsync());
    }

    [Fact]
    public async Task S03_Of_many_acks_at_once_one_wins()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAllAsync(1, 2);
        using var delivery = await running.Queue.GetAsync().Soon();

        var acks = Enumerable.Range(0, 16).Select(_ => Task.Run(delivery.AckAsync)).ToArray();

        await Task.WhenAll(acks.Select(ack => ack.ContinueWith(_ => { }, TaskScheduler.Default))).Soon();
        Assert.Equal(1, acks.Count(ack => ack.IsCompletedSuccessfully));
        Assert.All(acks.Where(ack => ack.IsFaulted), ack => Assert.IsType<AlreadySettledException>(ack.Exception!.InnerException));
        Assert.Equal(1, (await running.Queue.CountsAsync().Soon()).Acked);
    }

    [Fact]
    public async Task S03_An_ack_after_a_dispose_is_refused_and_the_item_comes_again()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAsync(7).Soon();
        var delivery = await running.Queue.GetAsync().Soon();
        delivery.Dispose();

        await Assert.ThrowsAsync<AlreadySettledException>(() => delivery.AckAsync().Soon());

        Assert.Equal(7, await running.Queue.TakeAsync());
    }

    [Fact]
    public async Task S04_An_ack_cannot_settle_somebody_elses_item()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAllAsync(1, 2);
        using var mine = await running.Queue.GetAsync().Soon();
        var queue = await engine.ActorAsync(running.Name, "queue");

        // Another consumer makes itself known, is given the second item, and settles the first one's grant.
        var foreigner = new ForeignConsumer(engine.System, queue);
        var grant = await foreigner.AskAsync();
        var refusal = await foreigner.SettleAsync(grant.Id - 1);

        Assert.Contains("not held by", refusal);
        var counts = await running.Queue.CountsAsync().Soon();
        Assert.Equal((0, 2, 1), (counts.Acked, counts.InFlight, counts.Refused));
        await mine.AckAsync().Soon();
    }

    [Fact]
    public async Task S04_A_settlement_of_an_unknown_consumer_or_an_old_epoch_is_refused_and_counted()
    {
        await using var running = await engine.QueueAsync();
        await running.Queue.PutAsync(1).Soon();
        var queue = await engine.ActorAsync(running.Name, "queue");
        var foreigner = new ForeignConsumer(engine.System, queue);
        var grant = await foreigner.AskAsync();

        queue.Tell(new QueueProtocol.Settle(new ConsumerKey(99, 1), 1, grant.Epoch, grant.Id, new OutcomeRun(0, 1, Outcome.Acked)));
        var refusal = await foreigner.SettleAsync(grant.Id, grant.Epoch - 1);

        Assert.Contains("epoch", refusal);
        var counts = await running.Queue.CountsAsync().Soon();
        Assert.Equal((0, 1, 2), (counts.Acked, counts.InFlight, counts.Refused));
    }
}
