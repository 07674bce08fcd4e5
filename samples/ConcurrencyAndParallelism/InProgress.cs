namespace AkkaPipeline.Samples.ConcurrencyAndParallelism;

/// <summary>
/// Counts the items in progress, and holds each until a given number of them is: a count that is never reached would
/// hold them for ever, so what it reports was so.
/// </summary>
internal sealed class InProgress(int together)
{
    private readonly TaskCompletionSource allThere = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int count;
    private int most;

    /// <summary>The highest number of items in progress at once.</summary>
    public int Most => Volatile.Read(ref most);

    /// <summary>Completes when the first of them are all there.</summary>
    public Task AllThere => allThere.Task;

    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        var now = Interlocked.Increment(ref count);
        for (var seen = Most; now > seen; seen = Most)
        {
            Interlocked.CompareExchange(ref most, now, seen);
        }

        if (now == together)
        {
            allThere.TrySetResult();
        }

        await allThere.Task.WaitAsync(cancellationToken);
    }

    public void Leave() => Interlocked.Decrement(ref count);
}
