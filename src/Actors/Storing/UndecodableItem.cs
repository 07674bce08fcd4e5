using AkkaPipeline.Queueing;

namespace AkkaPipeline.Storing;

/// <summary>An item that its codec cannot read back.</summary>
internal static class UndecodableItem
{
    /// <summary>It becomes a dead letter, with its bytes.</summary>
    public static EncodedDeadLetter ToLetter(
        StoreSetup setup, QueueIdentity identity, long sequence, EncodedItems item, IReadOnlyList<FailedAttempt> attempts, Exception thrown) => new()
        {
            Id = identity.DeliveryId(sequence),
            Sequence = sequence,
            Headers = item.Headers?[0] ?? ItemHeaders.None,
            Cause = DeadLetterCause.Undecodable,
            Reason = $"the codec {item.Codec.Name} (version {item.Codec.Version}) wrote it, and reading it back failed: {AttemptError.Of(thrown).Message}",
            Attempts = attempts,
            At = setup.Time.GetUtcNow(),
            Codec = item.Codec,
            Payload = item.At(0).ToArray(),
        };
}
