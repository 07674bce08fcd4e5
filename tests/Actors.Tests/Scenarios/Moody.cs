using System.Collections.Concurrent;

namespace AkkaPipeline.Tests.Scenarios;

/// <summary>What a consumer does with each item: fails it as long as a test says so, and notes what it was given.</summary>
internal sealed class Moody(Func<int, Exception?> failure)
{
    private readonly ConcurrentQueue<(int Item, string Id, long Sequence, int Attempt)> seen = new();
    private volatile bool mended;

    public Moody()
        : this(item => new InvalidDataException($"bad {item}"))
    {
    }

    public IReadOnlyCollection<(int Item, string Id, long Sequence, int Attempt)> Seen => seen;

    /// <summary>From now on nothing fails.</summary>
    public void Mend() => mended = true;

    public ValueTask Consume(Delivery<int> delivery, CancellationToken cancellationToken)
    {
        seen.Enqueue((delivery.Item, delivery.Id, delivery.Sequence, delivery.Attempt));
        return !mended && failure(delivery.Item) is { } thrown ? ValueTask.FromException(thrown) : ValueTask.CompletedTask;
    }
}
