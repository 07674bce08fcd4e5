using AkkaPipeline.Queueing;
using AkkaPipeline.Queueing.Orders;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Queueing;

public sealed class ItemScheduleTests
{
    /// <summary>Adds, takes, removes and clears at random, beside a list that is sorted anew for each take.</summary>
    [Fact]
    public void A_schedule_gives_what_a_sorted_list_would() =>
        Gen.Select(Gen.Int[0, 9], Gen.Long[0, 30]).List[0, 200].Sample(steps =>
        {
            var model = new Model();
            foreach (var (step, value) in steps)
            {
                model.Do(step, value);
            }
        });

    [Fact]
    public void Timestamps_of_every_size_are_kept_apart()
    {
        var schedule = new ItemSchedule();
        var chunk = PlainChunk.Accepted(3, 1);
        schedule.Add(new ItemRun(chunk, 0, 1), long.MaxValue);
        schedule.Add(new ItemRun(chunk, 1, 1), long.MinValue);
        schedule.Add(new ItemRun(chunk, 2, 1), 0);
        Assert.Equal((long.MinValue, 2), (schedule.NextDue, schedule.CountDueBefore(long.MaxValue)));
        Assert.Equal([2, 3, 1], Taken(schedule, long.MaxValue));
    }

    [Fact]
    public void A_run_of_several_items_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ItemSchedule().Add(new ItemRun(PlainChunk.Accepted(2, 1), 0, 2), 1));

    [Fact]
    public void A_million_items_cost_a_heap_and_no_object_each()
    {
        const int Items = 1_000_000;
        var chunk = PlainChunk.Accepted(Items, 1);
        var schedule = new ItemSchedule();
        var random = new Random(1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var index = 0; index < Items; index++)
        {
            schedule.Add(new ItemRun(chunk, index, 1), random.NextInt64());
        }

        // 32 bytes an item, the last doubling of the room, and what was outgrown.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 32L * Items, 72L * Items);
        var last = long.MinValue;
        while (schedule.NextDue is { } due)
        {
            Assert.True(due >= last && schedule.TryTake(due, out _));
            last = due;
        }

        Assert.Equal((0, 0), (schedule.Count, schedule.Bytes));
    }

    private static List<long> Taken(ItemSchedule schedule, long now)
    {
        var taken = new List<long>();
        while (schedule.TryTake(now, out var run))
        {
            Assert.Equal(1, run.Count);
            taken.Add(run.FirstSequence);
        }

        return taken;
    }

    private sealed class Model
    {
        private readonly ItemSchedule schedule = new();
        private readonly PlainChunk chunk = PlainChunk.Accepted(1_000, 1, bytes: 12_345);
        private readonly List<(long Due, long Sequence)> waiting = [];
        private readonly Random random = new(1);
        private readonly List<int> unused = [.. Enumerable.Range(0, 1_000)];

        public void Do(int step, long value)
        {
            switch (step)
            {
                case < 6:
                    Add(value);
                    break;
                case < 8:
                    Take(value);
                    break;
                case 8:
                    Remove(value);
                    break;
                case 9 when value == 0:
                    schedule.Clear();
                    waiting.Clear();
                    break;
            }

            Check(value);
        }

        private void Add(long dueAt)
        {
            var index = unused[random.Next(unused.Count)];
            unused.Remove(index);
            schedule.Add(new ItemRun(chunk, index, 1), dueAt);
            waiting.Add((dueAt, index + 1));
        }

        private void Take(long now)
        {
            var due = waiting.Where(one => one.Due <= now).Order().ToArray();
            Assert.Equal(due.Select(one => one.Sequence), Taken(schedule, now));
            waiting.RemoveAll(due.Contains);
        }

        private void Remove(long value)
        {
            var sequence = waiting.Count == 0 ? 1 : waiting[(int)value % waiting.Count].Sequence;
            Assert.Equal(waiting.RemoveAll(one => one.Sequence == sequence) == 1, schedule.Remove(sequence, out var run));
            Assert.True(run.Count == 0 || run.FirstSequence == sequence);
            Assert.Null(schedule.DueOf(sequence));
        }

        private void Check(long timestamp)
        {
            Assert.Equal(waiting.Count, schedule.Count);
            Assert.Equal(waiting.Count == 0 ? null : waiting.Min(one => one.Due), schedule.NextDue);
            Assert.Equal(waiting.Count(one => one.Due < timestamp), schedule.CountDueBefore(timestamp));
            Assert.Equal(waiting.Select(one => one.Sequence).Order(), schedule.All().Select(run => run.FirstSequence).Order());
            Assert.Equal(schedule.Bytes, schedule.All().Sum(RunBytes.Of));
            Assert.All(waiting, one => Assert.Equal(one.Due, schedule.DueOf(one.Sequence)));
        }
    }
}
