using AkkaPipeline.Queueing;
using Xunit;

namespace AkkaPipeline.Tests.Queueing;

public sealed class AttemptHistoryTests
{
    [Fact]
    public void The_latest_hundred_attempts_are_kept_oldest_first_and_an_older_history_stays_as_it_was()
    {
        IReadOnlyList<FailedAttempt> history = [];
        for (var number = 1; number <= 250; number++)
        {
            var before = history;
            var numbers = before.Select(attempt => attempt.Number).ToArray();
            history = AttemptHistory.Add(before, new FailedAttempt(number, default, default, new AttemptError("T", "M", null)));
            Assert.Equal(Enumerable.Range(1, number).TakeLast(100), history.Select(attempt => attempt.Number));
            Assert.Equal(numbers, before.Select(attempt => attempt.Number));
        }
    }
}
