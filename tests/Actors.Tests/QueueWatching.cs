namespace AkkaPipeline.Tests;

/// <summary>Looking at a queue from a test.</summary>
internal static class QueueWatching
{
    /// <summary>Waits until the ledger is as wanted. Each look crosses the mailboxes of the front end and the queue.</summary>
    public static async Task<QueueCounts> UntilAsync<T>(this IWorkQueue<T> queue, Func<QueueCounts, bool> wanted)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            var counts = await queue.CountsAsync().Soon();
            if (wanted(counts))
            {
                return counts;
            }

            if (patience.IsCancellationRequested)
            {
                throw new TimeoutException($"The ledger stayed at {counts}.");
            }

            await Task.Yield();
        }
    }

    /// <summary>
    /// Returns when everything that was asked of the queue before has been heard by the front end and the queue, and what
    /// they answered has come back.
    /// </summary>
    public static async Task HasHeardAsync<T>(this IWorkQueue<T> queue)
    {
        for (var turn = 0; turn < 3; turn++)
        {
            await queue.CountsAsync().Soon();
        }
    }

    public static async Task PutAllAsync<T>(this IWorkQueue<T> queue, params IEnumerable<T> items)
    {
        foreach (var item in items)
        {
            await queue.PutAsync(item).Soon();
        }
    }

    /// <summary>Gets and acknowledges one item.</summary>
    public static async Task<T> TakeAsync<T>(this IWorkQueue<T> queue)
    {
        using var delivery = await queue.GetAsync().Soon();
        await delivery.AckAsync().Soon();
        return delivery.Item;
    }

    /// <summary>Gets and acknowledges everything that is there.</summary>
    public static async Task<List<T>> TakeAllAsync<T>(this IWorkQueue<T> queue)
    {
        var items = new List<T>();
        while (await queue.TryGetAsync().Soon() is { } delivery)
        {
            await delivery.AckAsync().Soon();
            items.Add(delivery.Item);
        }

        return items;
    }

    /// <summary>All dead letters that are kept.</summary>
    public static async Task<IReadOnlyList<DeadLetteredItem<T>>> AllAsync<T>(this IDeadLetters<T> deadLetters) =>
        (await deadLetters.ListAsync(limit: int.MaxValue).Soon()).Items;
}
