namespace AkkaPipeline.Storing;

/// <summary>A dead letter as a store sees it: what it can be found by, without the item's type.</summary>
internal interface IDeadLetter
{
    string Id { get; }

    long Sequence { get; }

    string? Key { get; }

    DeadLetterCause Cause { get; }

    string Reason { get; }

    IReadOnlyList<FailedAttempt> Attempts { get; }

    DateTimeOffset At { get; }
}
