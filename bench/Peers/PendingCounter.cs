namespace AkkaPipeline.Bench.Peers;

/// <summary>What <c>asyncio.Queue</c> keeps for its join: the number of items put and not yet done.</summary>
internal sealed class PendingCounter
{
    private readonly TaskCompletionSource allDone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts at one, for the producer, so that it cannot be zero before everything is put.</summary>
    private long pending = 1;

    public void Put(int items = 1) => Interlocked.Add(ref pending, items);

    public void Done(int items = 1)
    {
        if (Interlocked.Add(ref pending, -items) == 0)
            allDone.SetResult();
    }

    /// <summary>To be called once, when everything is put.</summary>
    public Task JoinAsync()
    {
        Done();
        return allDone.Task;
    }
}
