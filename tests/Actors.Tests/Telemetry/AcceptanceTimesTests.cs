using AkkaPipeline.Telemetry;
using Xunit;

namespace AkkaPipeline.Tests.Telemetry;

public sealed class AcceptanceTimesTests
{
    [Fact]
    public void An_item_was_accepted_when_the_first_note_after_it_says_so()
    {
        var times = new AcceptanceTimes();
        times.Note(10, 100);
        times.Note(10, 150);
        times.Note(20, 200);

        Assert.Equal(100, times.Of(3));
        Assert.Equal(100, times.Of(10));
        Assert.Equal(200, times.Of(11));
        Assert.Null(times.Of(21));
    }

    [Fact]
    public void The_oldest_stays_exact_in_bounded_room_and_the_others_are_not_told_older_than_they_are()
    {
        var times = new AcceptanceTimes();
        for (var number = 1; number <= 1_000_000; number++)
        {
            times.Note(number, number);
        }

        Assert.Equal(1, times.Of(1));
        Assert.InRange(times.Of(500_000)!.Value, 500_000, 510_000);
        Assert.Equal(1_000_000, times.Of(1_000_000));
    }
}
