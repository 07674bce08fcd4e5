using AkkaPipeline.Queueing;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Queueing;

public sealed class OutboxTests
{
    [Fact]
    public void It_keeps_what_is_above_the_highest_answer() => Gen.Int[-1, 20].List[0, 60].Sample(steps =>
    {
        var outbox = new Outbox<long>();
        var (last, answered) = (0L, 0L);
        foreach (var step in steps)
        {
            if (step < 0)
            {
                Assert.Equal(last + 1, outbox.NextNumber);
                outbox.Add(++last);
            }
            else
            {
                outbox.Answered(step);
                answered = step <= last ? Math.Max(answered, step) : answered;
            }

            Assert.Equal(Enumerable.Range(1, (int)last).Select(number => (long)number).Where(number => number > answered), outbox.Unanswered);
        }
    });
}
