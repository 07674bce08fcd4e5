using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;
using AkkaPipeline.Storing;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Storing;

/// <summary>Random jobs of a stored queue with one output, told to the cores and looked at in the store alone.</summary>
public sealed class HeldSettlementsTests
{
    [Fact]
    public void After_each_commit_the_store_has_settled_exactly_the_items_whose_outputs_lie_in_its_length() => Gen.Int.Sample(seed =>
    {
        var job = new Job(new Random(seed));
        while (job.Step())
        {
            job.CommitAndCheck();
        }

        job.CommitAndCheck();
        Assert.Empty(job.Left());
        Assert.Equal((Job.Items, Job.Items, 0L), (job.Counts.Accepted, job.Counts.Settled, job.Counts.Left));
    }, iter: 2000);

    /// <summary>A write's length is its number.</summary>
    private sealed class Job
    {
        public const int Items = 24;
        private const int ChunkItems = 6;

        private static readonly ItemEncoder<int> Encoder = new(ItemCodec.Default<int>(), 1024);
        private static readonly ItemMeasures<int> Measures = new(null, null, null, Encoder);

        private readonly Random random;
        private readonly MemoryStore store = new();
        private readonly BatchGathering gathering;
        private readonly HeldSettlements held = new(new CheckpointLedger());
        private readonly Dictionary<long, ItemRun> open = [];
        private readonly HashSet<long> failed = [];
        private readonly Dictionary<long, int> written = [];
        private long accepted;
        private long number;
        private int writes;

        public Job(Random random)
        {
            this.random = random;
            var setup = new StoreSetup
            {
                Name = "orders",
                Store = store,
                Items = new StoredItems<int>(Measures, Encoder, TimeProvider.System),
                Keeps = Durability.Full,
                Time = TimeProvider.System,
            };
            Assert.Equal(1, Done(store.OpenAsync("orders", default)).Epoch);
            gathering = new BatchGathering(setup, StoreCounts.None);
        }

        public StoreCounts Counts => Done(store.OpenAsync("orders", default)).Counts;

        public bool Step()
        {
            var moment = random.Next(5);
            if (moment == 0 && accepted < Items)
            {
                Accept();
            }
            else if (open.Count == 0)
            {
                return accepted < Items;
            }
            else if (moment == 1)
            {
                Fail(open.Values.ElementAt(random.Next(open.Count)));
            }
            else if (moment <= 3)
            {
                Write();
            }
            else
            {
                Settle(open.Values.ElementAt(random.Next(open.Count)));
            }

            return true;
        }

        public void CommitAndCheck()
        {
            if (random.Next(3) > 0 && accepted < Items)
            {
                return;
            }

            var length = held.ReleaseInto(gathering).GetValueOrDefault("sink");
            Assert.True(store.CommitAsync(gathering.Take().Batch, default).AsTask().IsCompletedSuccessfully);
            var left = Left();
            Assert.All(written, item => Assert.Equal(item.Value > length, left.Contains(item.Key)));
            Assert.All(open.Keys, sequence => Assert.Contains(sequence, left));
            Assert.Equal((accepted, left.Count), (Counts.Accepted, Counts.Left));
        }

        public HashSet<long> Left()
        {
            var left = new HashSet<long>();
            foreach (var row in Done(store.ReadRowsAsync(0, int.MaxValue, long.MaxValue, default)))
            {
                for (var index = 0; index < row.Count; index++)
                {
                    if (row.Settled is null || (row.Settled[index >> 6] & (1UL << (index & 63))) == 0)
                    {
                        left.Add(row.First + index);
                    }
                }
            }

            left.UnionWith(Done(store.ReadAloneAsync(0, int.MaxValue, default)).Select(item => item.Sequence));
            return left;
        }

        private static T Done<T>(ValueTask<T> task)
        {
            T result = default!;
            Assert.True(TakeAsync().IsCompletedSuccessfully);
            return result;

            async Task TakeAsync() => result = await task;
        }

        private void Accept()
        {
            var buffer = new ItemBufferPool<int>(Measures).Rent();
            for (var index = 0; index < ChunkItems; index++)
            {
                buffer.Add(index, Measures.Of(index));
            }

            var chunk = buffer.CutChunk(ChunkItems)!;
            chunk.Accept(new ProducerKey(0, 1), accepted, accepted + 1);
            Tell(new QueueWrite.Accepted(++number, new ItemRun(chunk, 0, ChunkItems)));
            for (var index = 0; index < ChunkItems; index++)
            {
                open.Add(++accepted, new ItemRun(chunk, index, 1));
            }
        }

        /// <summary>An item that has not been written is tried again: it stands alone.</summary>
        private void Fail(ItemRun item)
        {
            var sequence = item.FirstSequence;
            if (written.ContainsKey(sequence))
            {
                return;
            }

            var alone = item.Chunk.Detach(item.Start);
            alone.StandAlone();
            open[sequence] = new ItemRun(alone, 0, 1);
            var from = failed.Add(sequence) ? QueueWrite.Standing.InRow : QueueWrite.Standing.Alone;
            Tell(new QueueWrite.StandsAlone(++number, open[sequence], from, null, default, 1, []));
        }

        private void Write()
        {
            long[] some = [.. open.Keys.Where(sequence => !written.ContainsKey(sequence) && random.Next(3) == 0)];
            if (some.Length == 0)
            {
                return;
            }

            writes++;
            held.Written("sink", writes, [.. some.Select(sequence => new NumberRange(sequence, 1))]);
            foreach (var sequence in some)
            {
                written.Add(sequence, writes);
            }
        }

        /// <summary>Some have no outputs.</summary>
        private void Settle(ItemRun item)
        {
            if (written.ContainsKey(item.FirstSequence) || random.Next(4) == 0)
            {
                open.Remove(item.FirstSequence);
                Tell(random.Next(3) == 0
                    ? new QueueWrite.DeadLettered(++number, item, null)
                    : new QueueWrite.Settled(++number, item, Dropped: false));
            }
        }

        private void Tell(QueueWrite write)
        {
            if (!held.Holds(write))
            {
                gathering.Add(write);
            }
        }
    }
}
