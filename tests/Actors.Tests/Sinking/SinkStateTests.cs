using AkkaPipeline.Sinking;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Sinking;

public sealed class SinkStateTests
{
    private const int OutputsMax = 10;

    /// <summary>Writes, endings of writes and a close in any order.</summary>
    [Fact]
    public void Every_write_is_answered_once_in_order_one_batch_at_a_time_and_closing_comes_last() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[1, 15]).List[0, 80].Sample(steps =>
        {
            var effects = new Effects();
            var state = new SinkState<int>(OutputsMax, effects);
            var closed = false;
            foreach (var (step, outputs) in steps)
            {
                if (step <= 1 && !closed)
                {
                    state.Write(effects.Next(outputs), 1, outputs, [outputs]);
                }
                else if (step == 2 && effects.Writing)
                {
                    effects.Writing = false;
                    state.Finished(BatchOutcome.Written);
                }
                else if (step == 3 && outputs == 1)
                {
                    closed = true;
                    state.Close(SinkEnding.Complete);
                }
            }

            state.Close(SinkEnding.Interrupted);
            while (effects.Writing)
            {
                effects.Writing = false;
                state.Finished(BatchOutcome.Written);
            }

            Assert.Equal(Enumerable.Range(0, effects.Written), effects.Answered);
            Assert.Equal(closed ? SinkEnding.Complete : SinkEnding.Interrupted, Assert.Single(effects.Closed));
        });

    private sealed class Effects : ISinkEffects<int>
    {
        private readonly List<int> outputsOf = [];

        public bool Writing { get; set; }

        public int Written => outputsOf.Count;

        public List<int> Answered { get; } = [];

        public List<SinkEnding> Closed { get; } = [];

        public int Next(int outputs)
        {
            outputsOf.Add(outputs);
            return outputsOf.Count - 1;
        }

        public void Write(IReadOnlyList<int> batch, int outputs, BatchClosedBy closedBy)
        {
            Assert.False(Writing);
            Assert.Empty(Closed);
            Assert.Equal(outputs, batch.Sum(write => outputsOf[write]));
            Assert.True(batch.Count == 1 || outputs <= OutputsMax);
            Writing = true;
        }

        public void Answer(int write, int from, int count, Exception? failure) => Answered.Add(write);

        public void Done(int write) => Assert.Equal(write, Answered[^1]);

        public void Close(SinkEnding ending)
        {
            Assert.Equal(Written, Answered.Count);
            Closed.Add(ending);
        }
    }
}
