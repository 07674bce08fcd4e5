using Xunit;

namespace AkkaPipeline.Tests.Storing;

public sealed class DeadLetterFilterTests
{
    private static readonly DeadLetteredItem<int> Letter =
        Letters.Of(7, "The disk is full", new TimeoutException("slow"), new EndOfStreamException("cut off")) with
        {
            Key = "customer-1",
            Cause = DeadLetterCause.NotRetried,
        };

    public static TheoryData<DeadLetterFilter> Fitting { get; } =
    [
        new DeadLetterFilter(),
        new DeadLetterFilter { Key = "customer-1" },
        new DeadLetterFilter { Cause = DeadLetterCause.NotRetried },
        new DeadLetterFilter { ErrorType = "System.IO.EndOfStreamException" },
        new DeadLetterFilter { ErrorType = "EndOfStreamException" },
        new DeadLetterFilter { ReasonContains = "DISK" },
        new DeadLetterFilter { Since = Letters.Noon.AddMinutes(7) },
        new DeadLetterFilter { Until = Letters.Noon.AddMinutes(7).AddTicks(1) },
        new DeadLetterFilter { FirstSequence = 7, LastSequence = 7 },
        new DeadLetterFilter { Ids = [Letters.IdOf(3), Letters.IdOf(7)] },
        new DeadLetterFilter { Key = "customer-1", ReasonContains = "full", FirstSequence = 1 },
    ];

    public static TheoryData<DeadLetterFilter> Other { get; } =
    [
        new DeadLetterFilter { Key = "customer" },
        new DeadLetterFilter { Cause = DeadLetterCause.AttemptsUsedUp },
        new DeadLetterFilter { ErrorType = "TimeoutException" },
        new DeadLetterFilter { ErrorType = "IOException" },
        new DeadLetterFilter { ErrorType = "StreamException" },
        new DeadLetterFilter { ErrorType = "IO.EndOfStreamException" },
        new DeadLetterFilter { ReasonContains = "empty" },
        new DeadLetterFilter { Since = Letters.Noon.AddMinutes(7).AddTicks(1) },
        new DeadLetterFilter { Until = Letters.Noon.AddMinutes(7) },
        new DeadLetterFilter { FirstSequence = 8 },
        new DeadLetterFilter { LastSequence = 6 },
        new DeadLetterFilter { Ids = [] },
        new DeadLetterFilter { Ids = [Letters.IdOf(3)] },
        new DeadLetterFilter { Key = "customer-1", ReasonContains = "empty" },
    ];

    [Theory]
    [MemberData(nameof(Fitting))]
    public void A_letter_fits_what_is_true_of_it(DeadLetterFilter filter) => Assert.True(filter.Matches(Letter));

    [Theory]
    [MemberData(nameof(Other))]
    public void A_letter_does_not_fit_what_is_not_true_of_it(DeadLetterFilter filter) => Assert.False(filter.Matches(Letter));

    [Theory]
    [InlineData("NestedException")]
    [InlineData("AkkaPipeline.Tests.Storing.DeadLetterFilterTests+NestedException")]
    public void A_nested_type_has_its_own_name_and_its_full_one(string name) =>
        Assert.True(new DeadLetterFilter { ErrorType = name }.Matches(Letters.Of(1, "bad", new NestedException())));

    [Fact]
    public void A_generic_type_is_found_by_its_name() => Assert.True(
        new DeadLetterFilter { ErrorType = "OfException`1" }.Matches(Letters.Of(1, "bad", new OfException<Version>())));

    [Fact]
    public void A_letter_without_attempts_and_without_a_key_fits_no_type_and_no_key()
    {
        Assert.False(new DeadLetterFilter { ErrorType = "Exception" }.Matches(Letters.Of(1)));
        Assert.False(new DeadLetterFilter { Key = string.Empty }.Matches(Letters.Of(1)));
    }

    [Fact]
    public void Ids_that_change_afterwards_do_not_change_the_filter()
    {
        var ids = new List<string> { Letters.IdOf(1) };
        var filter = new DeadLetterFilter { Ids = ids };

        ids.Add(Letters.IdOf(2));

        Assert.False(filter.Matches(Letters.Of(2)));
    }

    private sealed class NestedException : Exception;

    private sealed class OfException<T> : Exception;
}
