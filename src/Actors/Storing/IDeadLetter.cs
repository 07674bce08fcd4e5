namespace AkkaPipeline.Storing;

/// <summary>A dead letter as a store sees it: what it can be found by, without the item's type.</summary>
internal interface IDeadLetter
{
    string Id { get; }

    long Sequence { get; }

    string? Key { get; }

    IReadOnlyDictionary<string, string> Headers { get; }

    DeadLetterCause Cause { get; }

    string Reason { get; }

    IReadOnlyList<FailedAttempt> Attempts { get; }

    DateTimeOffset At { get; }
}

/// <summary>A dead letter with the number that the store gave it, from 1, higher than that of any kept before.</summary>
internal readonly record struct StoredDeadLetter(long Number, IDeadLetter Letter);

/// <summary>A dead letter whose item is bytes: what a durable store keeps and gives back.</summary>
internal sealed record EncodedDeadLetter : IDeadLetter
{
    public required string Id { get; init; }

    public required long Sequence { get; init; }

    public string? Key { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = ItemHeaders.None;

    public required DeadLetterCause Cause { get; init; }

    public required string Reason { get; init; }

    public IReadOnlyList<FailedAttempt> Attempts { get; init; } = [];

    public required DateTimeOffset At { get; init; }

    /// <summary>Who wrote the payload.</summary>
    public required CodecName Codec { get; init; }

    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>What the store has of it does not match its checksum: it can be looked at and dropped, not tried again.</summary>
    public bool Damaged { get; init; }
}
