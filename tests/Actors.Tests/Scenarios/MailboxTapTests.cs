using Akka.Actor;
using AkkaPipeline.Queueing;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

public sealed class MailboxTapTests
{
    private const int Sourced = 5_000;
    private const int Put = 500;

    [Theory]
    [InlineData("first in, first out")]
    [InlineData("last in, first out")]
    public async Task Every_item_crosses_the_mailboxes_in_an_Offer_a_Grant_and_a_Settle_and_PoisonPill_comes_last(string order)
    {
        var engine = EngineSystem.With(MailboxTap.Settings);
        await using var running = await engine.Pipeline().From(Enumerable.Range(0, Sourced)).Capacity(1_000)
            .Order(order == "first in, first out" ? ItemOrder.FirstInFirstOut<int>() : ItemOrder.LastInFirstOut<int>())
            .Consume(3, async (delivery, _) =>
            {
                if (delivery.Item % 100 == 0)
                {
                    await Task.Yield();
                }

                if (delivery.Item % 500 == 7)
                {
                    throw new InvalidDataException("one that fails is settled too");
                }
            })
            .StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(Sourced, Put));

        var settlement = await running.CompleteAsync().Soon();

        var crossed = MailboxTap.In(engine.System).Crossed.ToArray();
        var everyone = Enumerable.Range(1, Sourced + Put).Select(sequence => (long)sequence).ToArray();
        Assert.Equal(everyone.Length, settlement.Accepted);
        Assert.Equal(everyone, Offered(crossed).Order());
        Assert.Equal(everyone, Granted(crossed).Distinct().Order());
        Assert.Equal(everyone, Settled(crossed).Order());
        var lastSettle = Array.FindLastIndex(crossed, message => message.Message is QueueProtocol.Settle);
        var pills = Enumerable.Range(0, crossed.Length).Where(index => crossed[index].Message is PoisonPill).ToArray();
        Assert.Equal(
            ["consumer-0.1", "consumer-1.1", "consumer-2.1"], pills.Select(index => crossed[index].To).Order());
        Assert.All(pills, index => Assert.True(index > lastSettle));
        await engine.DisposeAsync();
    }

    private static IEnumerable<long> Offered((string To, object Message)[] crossed) =>
        from message in crossed
        where message.To == "queue"
        let offer = message.Message as QueueProtocol.Offer
        where offer is not null
        from index in Enumerable.Range(0, offer.Chunk.Count)
        select offer.Chunk.FirstSequence + index;

    private static IEnumerable<long> Granted((string To, object Message)[] crossed) =>
        from message in crossed
        where message.To.StartsWith("consumer-", StringComparison.Ordinal)
        let grant = message.Message as QueueProtocol.Grant
        where grant is not null
        from index in Enumerable.Range(0, grant.Items.Count)
        select grant.Items.SequenceAt(index);

    private static IEnumerable<long> Settled((string To, object Message)[] crossed)
    {
        var grants = crossed.Select(message => message.Message).OfType<QueueProtocol.Grant>()
            .DistinctBy(grant => grant.Id)
            .ToDictionary(grant => grant.Id, grant => grant.Items);
        return from message in crossed
               let settle = message.Message as QueueProtocol.Settle
               where settle is { Run.Outcome: not Outcome.Released }
               from index in Enumerable.Range(settle.Run.From, settle.Run.Count)
               select grants[settle.GrantId].SequenceAt(index);
    }
}
