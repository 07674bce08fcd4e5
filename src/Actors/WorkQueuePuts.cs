namespace AkkaPipeline;

/// <summary>Puts with what can be said of an item.</summary>
public static class WorkQueuePuts
{
    /// <summary>Puts an item with what is named; waits while the queue is full.</summary>
    /// <typeparam name="T">The item.</typeparam>
    /// <param name="queue">The queue.</param>
    /// <param name="item">Not null.</param>
    /// <param name="notBefore">See <see cref="PutOptions.NotBefore"/>.</param>
    /// <param name="headers">See <see cref="PutOptions.Headers"/>.</param>
    /// <param name="cancellationToken">Cancels the wait for room: the item is then not in the queue.</param>
    /// <exception cref="QueueShutDownException">The queue has been shut down, or was while the put waited.</exception>
    public static ValueTask PutAsync<T>(
        this IWorkQueue<T> queue,
        T item,
        DateTimeOffset? notBefore = null,
        IReadOnlyDictionary<string, string>? headers = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return queue.PutAsync(item, new PutOptions { NotBefore = notBefore, Headers = headers }, cancellationToken);
    }
}
