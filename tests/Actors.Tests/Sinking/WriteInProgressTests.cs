using AkkaPipeline.Sinking;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Sinking;

public sealed class WriteInProgressTests
{
    private static readonly Exception Bad = new InvalidDataException("bad");

    [Fact]
    public void A_write_whose_items_have_one_output_each_is_answered_at_once()
    {
        Assert.Equal([(0, 3, null)], Answers(3, null, BatchOutcome.Written));
        Assert.Equal([(0, 3, Bad)], Answers(3, null, new BatchOutcome(Bad)));
    }

    [Fact]
    public void Only_the_items_of_failed_outputs_fail()
    {
        var outcome = new BatchOutcome(null, [null, Bad, Bad, null]);

        Assert.Equal([(0, 1, null), (1, 2, Bad), (3, 1, null)], Answers(4, null, outcome));
        Assert.Equal([(0, 1, Bad), (1, 1, Bad)], Answers(2, [2, 4], outcome).SelectMany(Each));
    }

    [Fact]
    public void Items_without_outputs_cannot_fail()
    {
        Assert.Equal([(0, 1, null), (1, 1, Bad), (2, 1, null)], Answers(3, [0, 2, 2], new BatchOutcome(Bad)));
        Assert.Equal([(0, 3, null)], Answers(3, [0, 2, 2], BatchOutcome.Written));
    }

    [Fact]
    public void An_item_in_two_batches_waits_for_both_and_fails_if_one_fails()
    {
        var answers = new Recorded();
        var write = new WriteInProgress<int>(7, 2, 4, [1, 4]);

        write.Resolve(2, 2, new BatchOutcome(Bad), 0, answers);
        Assert.Empty(answers.Runs);
        Assert.False(write.IsDone);

        write.Resolve(0, 2, BatchOutcome.Written, 0, answers);
        Assert.Equal([(0, 1, null), (1, 1, Bad)], answers.Runs);
        Assert.True(write.IsDone);
    }

    /// <summary>Any number of outputs an item, cut into any pieces, in any order, each output written or failed.</summary>
    [Fact]
    public void Every_item_is_answered_once_and_failed_exactly_if_one_of_its_outputs_failed() =>
        Gen.Select(Gen.Int[0, 3].Array[1, 12], Gen.Int[0, 1_000_000]).Sample((outputsOf, seed) =>
        {
            var total = outputsOf.Sum();
            if (total == 0)
            {
                return;
            }

            var random = new Random(seed);
            var failures = Enumerable.Range(0, total).Select(_ => random.Next(4) == 0 ? Bad : null).ToArray();
            var ends = new int[outputsOf.Length + 3];
            var end = 0;
            for (var item = 0; item < outputsOf.Length; item++)
            {
                ends[item] = end += outputsOf[item];
            }

            var answers = new Recorded();
            var write = new WriteInProgress<int>(7, outputsOf.Length, total, ends);
            var cuts = Enumerable.Range(1, total - 1).Where(_ => random.Next(3) == 0).Prepend(0).ToArray();
            foreach (var piece in Enumerable.Range(0, cuts.Length).OrderBy(_ => random.Next()).ToArray())
            {
                Assert.False(write.IsDone);
                var to = piece + 1 < cuts.Length ? cuts[piece + 1] : total;
                write.Resolve(cuts[piece], to - cuts[piece], new BatchOutcome(null, [null, .. failures.AsSpan(cuts[piece]..to)]), 1, answers);
            }

            Assert.True(write.IsDone && answers.IsDone);
            var expected = outputsOf.Select((count, item) => failures.AsSpan(ends[item] - count, count).Contains(Bad) ? Bad : null);
            Assert.Equal(
                expected.Select((failure, item) => (item, 1, failure)),
                answers.Runs.SelectMany(Each).OrderBy(answer => answer.From));
        });

    private static IEnumerable<(int From, int Count, Exception? Failure)> Each((int From, int Count, Exception? Failure) run) =>
        Enumerable.Range(run.From, run.Count).Select(item => (item, 1, run.Failure));

    private static List<(int From, int Count, Exception? Failure)> Answers(int items, int[]? ends, BatchOutcome outcome)
    {
        var answers = new Recorded();
        var outputs = ends is null ? items : ends[^1];
        new WriteInProgress<int>(7, items, outputs, ends).Resolve(0, outputs, outcome, 0, answers);
        return answers.Runs;
    }

    private sealed class Recorded : IItemAnswers<int>
    {
        public List<(int From, int Count, Exception? Failure)> Runs { get; } = [];

        public bool IsDone { get; private set; }

        public void Answer(int write, int from, int count, Exception? failure)
        {
            Assert.Equal(7, write);
            Runs.Add((from, count, failure));
        }

        public void Done(int write)
        {
            Assert.False(IsDone);
            IsDone = true;
        }
    }
}
