namespace AkkaPipeline.Sinking;

/// <summary>
/// Bounds the outputs on their way to a sink, in number and bytes. A runner waits for room before it starts a block of
/// items, so the bound is exceeded by at most what each consumer emits in one block.
/// </summary>
internal sealed class SinkRoom(int outputsMax, long bytesMax)
{
    private readonly Lock gate = new();
    private TaskCompletionSource? freed;
    private long outputs;
    private long bytes;

    private bool IsFull => Volatile.Read(ref outputs) >= outputsMax || Volatile.Read(ref bytes) >= bytesMax;

    public void Take(int count, long size)
    {
        Interlocked.Add(ref outputs, count);
        Interlocked.Add(ref bytes, size);
    }

    public void Free(int count, long size)
    {
        Interlocked.Add(ref outputs, -count);
        Interlocked.Add(ref bytes, -size);
        lock (gate)
        {
            if (freed is { } waiters && !IsFull)
            {
                freed = null;
                waiters.TrySetResult();
            }
        }
    }

    public ValueTask WaitAsync(CancellationToken cancellationToken) =>
        IsFull ? new ValueTask(WaitForRoomAsync(cancellationToken)) : ValueTask.CompletedTask;

    private async Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task room;
            lock (gate)
            {
                if (!IsFull)
                {
                    return;
                }

                freed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = freed.Task;
            }

            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
