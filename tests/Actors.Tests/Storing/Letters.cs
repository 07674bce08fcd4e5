namespace AkkaPipeline.Tests.Storing;

/// <summary>Dead letters for tests.</summary>
internal static class Letters
{
    public static DateTimeOffset Noon { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static DeadLetteredItem<int> Of(long sequence, string reason = "bad", params IReadOnlyList<Exception> thrown) => new()
    {
        Item = (int)sequence,
        Id = IdOf(sequence),
        Sequence = sequence,
        Cause = DeadLetterCause.AttemptsUsedUp,
        Reason = reason,
        Attempts =
        [
            .. thrown.Select((cause, index) => new FailedAttempt(index + 1, Noon, TimeSpan.Zero, AttemptError.Of(cause))),
        ],
        At = Noon.AddMinutes(sequence),
    };

    public static string IdOf(long sequence) => $"orders/1/0/{sequence}";
}
