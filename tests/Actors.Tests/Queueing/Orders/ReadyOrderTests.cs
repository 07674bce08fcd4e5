using AkkaPipeline.Queueing;
using AkkaPipeline.Queueing.Orders;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Queueing.Orders;

public sealed class ReadyOrderTests
{
    public static TheoryData<string> Orders { get; } = ["first in first out", "last in first out", "lowest priority first"];

    /// <summary>Adds, takes, returns and removes at random, beside a list that is sorted anew for each take.</summary>
    [Theory]
    [MemberData(nameof(Orders))]
    public void An_order_grants_what_a_sorted_list_would(string name) =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[1, 40], Gen.Int[0, 3]).List[1, 60].Sample(steps =>
        {
            var model = new Model(name);
            foreach (var (step, size, seed) in steps)
            {
                model.Do(step, size, seed);
            }
        });

    private sealed class Model(string name)
    {
        private readonly IReadyOrder order = name switch
        {
            "first in first out" => new FirstInFirstOut(),
            "last in first out" => new LastInFirstOut(),
            _ => new LowestPriorityFirst(),
        };

        private readonly List<(long Sequence, long Priority)> waiting = [];
        private readonly List<ItemRun> granted = [];
        private readonly Dictionary<long, long> priorityOf = [];
        private long sequence;
        private long bytes;

        public void Do(int step, int size, int seed)
        {
            if (step == 0 || (step == 1 && waiting.Count == 0))
            {
                Add(size, seed);
            }
            else if (step == 1)
            {
                Take(size);
            }
            else if (step == 2)
            {
                ReturnOne(seed);
            }
            else
            {
                RemoveOne(size);
            }

            Assert.Equal(waiting.Count, order.Count);
            Assert.Equal(bytes, order.Bytes + granted.Sum(RunBytes.Of));
        }

        private void Add(int count, int seed)
        {
            var priorities = Enumerable.Range(0, count).Select(index => (long)((index * 7) + seed) % 4).ToArray();
            var chunk = PlainChunk.Accepted(count, sequence + 1, 10 * count + seed, priorities);
            order.Add(new ItemRun(chunk, 0, count));
            bytes += chunk.Bytes;
            foreach (var priority in priorities)
            {
                waiting.Add((++sequence, priority));
                priorityOf[sequence] = priority;
            }
        }

        private void Take(int most)
        {
            var items = order.Take(most);
            Assert.InRange(items.Count, 1, most);
            var expected = Sorted().Take(items.Count).ToArray();
            Assert.Equal(expected, Enumerable.Range(0, items.Count).Select(items.SequenceAt));
            waiting.RemoveAll(item => expected.Contains(item.Sequence));
            granted.AddRange(items.Slice(0, items.Count));
        }

        private void ReturnOne(int seed)
        {
            if (granted.Count > 0)
            {
                var run = granted[seed % granted.Count];
                granted.Remove(run);
                order.Return(run);
                for (var index = 0; index < run.Count; index++)
                {
                    waiting.Add((run.FirstSequence + index, priorityOf[run.FirstSequence + index]));
                }
            }
        }

        private void RemoveOne(int at)
        {
            var wanted = waiting.Count == 0 ? sequence + 1 : waiting[at % waiting.Count].Sequence;
            var run = order.All().FirstOrDefault(one => one.Holds(wanted));
            Assert.Equal(waiting.Count > 0, run.Count > 0);
            if (run.Count > 0)
            {
                Assert.Equal(Sorted().TakeWhile(one => one != wanted).LongCount(), order.CountBefore(run.Item(wanted)));
            }

            Assert.Equal(waiting.Count > 0, order.TryRemove(wanted, out var removed));
            waiting.RemoveAll(item => item.Sequence == wanted);
            bytes -= run.Count > 0 ? RunBytes.Of(removed) : 0;
            Assert.False(order.TryRemove(wanted, out _));
        }

        private IEnumerable<long> Sorted() => (name switch
        {
            "first in first out" => waiting.OrderBy(item => item.Sequence),
            "last in first out" => waiting.OrderByDescending(item => item.Sequence),
            _ => waiting.OrderBy(item => item.Priority).ThenBy(item => item.Sequence),
        }).Select(item => item.Sequence);
    }
}
