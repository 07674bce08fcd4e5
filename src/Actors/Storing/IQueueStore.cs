using AkkaPipeline.Queueing;

namespace AkkaPipeline.Storing;

/// <summary>
/// Where a queue keeps what must outlive its process. In memory nothing does; the seam is what a durable store
/// implements.
/// </summary>
internal interface IQueueStore
{
    /// <summary>Opens the store, and issues the epoch of this run.</summary>
    ValueTask<StoreOpened> OpenAsync(string queue, CancellationToken cancellationToken);

    /// <summary>Keeps dead letters; returns once they are as safe as the store promises.</summary>
    ValueTask KeepAsync(IReadOnlyList<object> deadLetters, CancellationToken cancellationToken);

    /// <summary>The dead letters kept, oldest first.</summary>
    ValueTask<IReadOnlyList<object>> DeadLettersAsync(CancellationToken cancellationToken);

    ValueTask CloseAsync(CancellationToken cancellationToken);
}

/// <summary>What an opened store tells.</summary>
/// <param name="Identity">For delivery ids.</param>
/// <param name="Epoch">Higher than that of any earlier run on this store.</param>
internal sealed record StoreOpened(QueueIdentity Identity, int Epoch);
