using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Fronting;

/// <summary>
/// Where direct puts gather: one lock, one open buffer, the credit, and the puts that wait for it in their order.
/// </summary>
/// <param name="pool">For buffers.</param>
/// <param name="wake">Tells the front end: to flush (true), or that puts wait (false).</param>
internal sealed class PutBuffer<T>(ItemBufferPool<T> pool, Action<bool> wake)
{
    private readonly Lock gate = new();
    private readonly LinkedList<WaitingPut> waiting = new();
    private readonly Queue<(ItemBuffer<T> Buffer, int UpTo, bool Full)> filled = new();
    private ItemBuffer<T>? open;
    private int handed;
    private long written;
    private long writtenBytes;
    private long allowed;
    private long allowedBytes;
    private bool flushAsked;
    private Exception? closed;

    private bool HasCredit => written < allowed && writtenBytes < allowedBytes;

    /// <summary>Writes the item, or has it wait for credit.</summary>
    /// <param name="item">The item.</param>
    /// <param name="said">What was said of it; null: nothing.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public ValueTask PutAsync(T item, SaidOfPut? said, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        var measured = pool.Measures.Of(item);
        WaitingPut put;
        bool flush;
        lock (gate)
        {
            if (closed is not null)
            {
                return ValueTask.FromException(closed);
            }

            if (waiting.Count == 0 && HasCredit)
            {
                flush = Write(item, measured, said);
                put = null!;
            }
            else
            {
                flush = false;
                put = new WaitingPut(item, measured, said);
                put.Place = waiting.AddLast(put);
            }
        }

        if (put is null)
        {
            if (flush)
            {
                wake(true);
            }

            return ValueTask.CompletedTask;
        }

        wake(false);
        return new ValueTask(WaitAsync(put, cancellationToken));
    }

    /// <summary>Writes if there is credit and nobody waits before.</summary>
    /// <returns>Null when the queue has to be asked.</returns>
    public bool? TryPut(T item)
    {
        var measured = pool.Measures.Of(item);
        bool flush;
        lock (gate)
        {
            if (closed is not null)
            {
                throw closed;
            }

            if (waiting.Count > 0)
            {
                return false;
            }

            if (!HasCredit)
            {
                return null;
            }

            flush = Write(item, measured, null);
        }

        if (flush)
        {
            wake(true);
        }

        return true;
    }

    /// <summary>New credit: waiting puts take it in their order.</summary>
    public void Allow(long upTo, long bytes)
    {
        lock (gate)
        {
            allowed = upTo;
            allowedBytes = bytes;
            while (HasCredit && waiting.First is { } first)
            {
                waiting.RemoveFirst();
                first.Value.Place = null;
                if (first.Value.Completion.TrySetResult())
                {
                    Write(first.Value.Item, first.Value.Measured, first.Value.Said);
                }
            }
        }
    }

    /// <summary>Gives unused credit back.</summary>
    public long Shrink()
    {
        lock (gate)
        {
            allowed = written;
            return written;
        }
    }

    /// <summary>What has been written up to now, and how many puts wait. The next item written wakes the front end again.</summary>
    public (long Written, int Waiting) Gather()
    {
        lock (gate)
        {
            flushAsked = false;
            if (open is not null && open.Count > handed)
            {
                HandOver();
            }

            return (written, waiting.Count);
        }
    }

    /// <summary>Cuts gathered items into a chunk.</summary>
    public Chunk Cut(int most)
    {
        lock (gate)
        {
            while (true)
            {
                var (buffer, upTo, full) = filled.Peek();
                var chunk = buffer.CutChunk(Math.Min(upTo, buffer.Cut + most));
                if (buffer.Cut >= upTo)
                {
                    filled.Dequeue();
                    if (full)
                    {
                        buffer.Release();
                    }
                }

                if (chunk is not null)
                {
                    return chunk;
                }
            }
        }
    }

    /// <summary>No more puts: those that wait fail. What was written stays.</summary>
    public void Close(Exception cause)
    {
        WaitingPut[] failing;
        lock (gate)
        {
            closed ??= cause;
            failing = [.. waiting];
            waiting.Clear();
        }

        foreach (var put in failing)
        {
            put.Completion.TrySetException(cause);
        }
    }

    private async Task WaitAsync(WaitingPut put, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(
            (_, token) =>
            {
                if (put.Completion.TrySetCanceled(token))
                {
                    Leave(put);
                }
            },
            null);
        await put.Completion.Task.ConfigureAwait(false);
    }

    private void Leave(WaitingPut put)
    {
        lock (gate)
        {
            if (put.Place?.List is not null)
            {
                waiting.Remove(put.Place);
            }
        }

        wake(false);
    }

    /// <returns>Whether the front end has to be woken.</returns>
    private bool Write(T item, Measured measured, SaidOfPut? said)
    {
        var buffer = open ??= pool.Rent();
        var before = buffer.Bytes;
        if (said is null)
        {
            buffer.Add(item, measured);
        }
        else
        {
            buffer.Add(item, measured, said.DueAt, said.Headers);
        }

        written++;
        writtenBytes += buffer.Bytes - before;
        if (buffer.IsFull)
        {
            HandOver();
        }

        var wakes = !flushAsked;
        flushAsked = true;
        return wakes;
    }

    private void HandOver()
    {
        var full = open!.IsFull;
        filled.Enqueue((open, open.Count, full));
        handed = full ? 0 : open.Count;
        open = full ? null : open;
    }

    private sealed class WaitingPut(T item, Measured measured, SaidOfPut? said)
    {
        public T Item { get; } = item;

        public Measured Measured { get; } = measured;

        public SaidOfPut? Said { get; } = said;

        public TaskCompletionSource Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public LinkedListNode<WaitingPut>? Place { get; set; }
    }
}

/// <summary>What was said of an item when it was put.</summary>
/// <param name="DueAt">A timestamp of the pipeline's clock before which it must not be granted; 0: at once.</param>
/// <param name="Headers">Null: none.</param>
internal sealed record SaidOfPut(long DueAt, IReadOnlyDictionary<string, string>? Headers);
