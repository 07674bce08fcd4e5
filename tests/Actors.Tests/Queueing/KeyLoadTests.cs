using System.Diagnostics;
using System.Globalization;
using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;
using AkkaPipeline.Queueing.Orders;
using Xunit;
using Xunit.Abstractions;

namespace AkkaPipeline.Tests.Queueing;

/// <summary>A million items through the queue's core: each with a key of its own, all with one key, and without keys.</summary>
public sealed class KeyLoadTests(ITestOutputHelper output)
{
    private const int Items = 1_000_000;
    private const int Consumers = 64;
    private const int Asked = 64;

    private static readonly ProducerKey Producer = new(0, 1);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000)]
    [InlineData(Items)]
    public void A_million_items_go_through_with_any_number_of_keys(int keys)
    {
        var lanes = keys == 0 ? null : new KeyLanes(new KeyOrderSettings(), TimeProvider.System);
        var queue = new RecordedQueue(new QueueLimits(0), null, lanes);
        var chunks = Chunks(keys);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = Stopwatch.StartNew();
        Put(queue, chunks);
        var put = watch.Elapsed;
        var memory = GC.GetTotalMemory(forceFullCollection: true) - before;
        watch.Restart();
        var acked = Drain(queue);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{keys:#,0} keys: put {Items / put.TotalSeconds:#,0} items/s, {memory / (double)Items:0} B an item; granted and acked {Items / watch.Elapsed.TotalSeconds:#,0} items/s"));

        queue.State.VerifyInvariants();
        Assert.Equal((Items, Items), (acked, (int)queue.State.Counts.Acked));
        Assert.Equal(0, lanes?.Keys ?? 0);
    }

    private static List<Chunk<int>> Chunks(int keys)
    {
        var pool = new ItemBufferPool<int>(new ItemMeasures<int>(
            null, null, keys == 0 ? null : number => (number % keys).ToString(CultureInfo.InvariantCulture)));
        var chunks = new List<Chunk<int>>();
        for (var number = 0; number < Items;)
        {
            var buffer = pool.Rent();
            for (; !buffer.IsFull && number < Items; number++)
            {
                buffer.Add(number, pool.Measures.Of(number));
            }

            chunks.Add(buffer.CutChunk(buffer.Count)!);
        }

        return chunks;
    }

    private static void Put(RecordedQueue queue, List<Chunk<int>> chunks)
    {
        queue.State.Demand(Producer, new CreditDemand(Items));
        var number = 0L;
        foreach (var chunk in chunks)
        {
            queue.State.Offer(Producer, number, chunk, new CreditDemand(Items));
            number += chunk.Count;
        }
    }

    /// <summary>Each consumer asks, is granted something, and acks it; in turn.</summary>
    private static int Drain(RecordedQueue queue)
    {
        var acked = 0;
        var settled = new long[Consumers];
        for (var turn = 1; queue.State.Counts.Unfinished > 0; turn++)
        {
            for (var consumer = 0; consumer < Consumers; consumer++)
            {
                queue.State.Request(new ConsumerKey(consumer, 1), turn, new WorkDemand(Asked, 10_000));
            }

            // A settlement may open a key, and bring another grant.
            for (var index = 0; index < queue.Grants.Count; index++)
            {
                var (consumer, id, _, items) = queue.Grants[index];
                queue.State.Settle(consumer, ++settled[consumer.Index], 1, id, new OutcomeRun(0, items.Count, Outcome.Acked));
                acked += items.Count;
            }

            queue.Grants.Clear();
            queue.Taken.Clear();
        }

        return acked;
    }
}
