using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Fronting;

/// <summary>
/// Where direct puts gather: one lock, one open buffer, the credit, and the puts that wait for it in their order.
/// </summary>
/// <param name="pool">For buffers.</param>
/// <param name="wake">Tells the front end to look: items were written, or puts wait.</param>
/// <param name="confirms">Whether a put waits until its item is as safe as the store promises.</param>
internal sealed class PutBuffer<T>(ItemBufferPool<T> pool, Action wake, bool confirms = false)
{
    private readonly Lock gate = new();
    private readonly LinkedList<WaitingPut> waiting = new();
    private readonly Queue<(ItemBuffer<T> Buffer, int UpTo, bool Full)> filled = new();
    private ItemBuffer<T>? open;
    private int handed;
    private readonly Queue<Unconfirmed> unconfirmed = new();
    private Unconfirmed? openPart;
    private Unconfirmed? lastPart;
    private readonly Dictionary<long, PutOutcome> putOnce = [];
    private StoreFullException? refused;
    private long handedUpTo = -1;
    private long written;
    private long writtenBytes;
    private long allowed;
    private long allowedBytes;
    private bool isWoken;
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

        var entered = Enter(item, said);
        return entered switch
        {
            { Refusal: { } refusal } => ValueTask.FromException(refusal),
            { Waiting: { } put } => new ValueTask(cancellationToken.CanBeCanceled ? WaitAsync(put, cancellationToken) : put.Task),
            { Part: { } part } => new ValueTask(part.Confirmed.WaitAsync(cancellationToken)),
            _ => ValueTask.CompletedTask,
        };
    }

    /// <summary>As the other, for an item that is to be taken once.</summary>
    public async ValueTask<PutOutcome> PutOnceAsync(T item, SaidOfPut said, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var entered = Enter(item, said);
        if (entered.Refusal is { } refusal)
        {
            throw refusal;
        }

        var outcome = PutOutcome.Accepted;
        try
        {
            await (entered.Waiting is { } put ? WaitAsync(put, cancellationToken) : entered.Part!.Confirmed.WaitAsync(cancellationToken))
                .ConfigureAwait(false);
        }
        finally
        {
            lock (gate)
            {
                putOnce.Remove(entered.Waiting?.Number ?? entered.Number, out outcome);
            }
        }

        return outcome;
    }

    private Entered Enter(T item, SaidOfPut? said)
    {
        var measured = pool.Measures.Of(item);
        Entered entered;
        bool wakes;
        lock (gate)
        {
            if ((closed ?? refused) is { } refusal)
            {
                return new Entered(null, null, refusal, 0);
            }

            if (waiting.Count == 0 && HasCredit)
            {
                Write(item, measured, said);
                entered = new Entered(null, Part(said), null, written - 1);
            }
            else
            {
                var put = new WaitingPut(item, measured.Kept(), said);
                put.Place = waiting.AddLast(put);
                entered = new Entered(put, null, null, 0);
            }

            wakes = Wakes();
        }

        if (wakes)
        {
            wake();
        }

        return entered;
    }

    /// <summary>Writes if there is credit and nobody waits before.</summary>
    /// <param name="item">The item.</param>
    /// <param name="said">What was said of it; null: nothing.</param>
    /// <param name="confirmed">What the put still waits for; null: nothing.</param>
    /// <returns>Null when the queue has to be asked.</returns>
    public bool? TryPut(T item, SaidOfPut? said, out Task? confirmed)
    {
        confirmed = null;
        var measured = pool.Measures.Of(item);
        bool wakes;
        lock (gate)
        {
            if ((closed ?? refused) is { } refusal)
            {
                throw refusal;
            }

            if (waiting.Count > 0)
            {
                return false;
            }

            if (!HasCredit)
            {
                return null;
            }

            Write(item, measured, said);
            confirmed = Part(said)?.Confirmed;
            wakes = Wakes();
        }

        if (wakes)
        {
            wake();
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
                var put = first.Value;
                Write(put.Item, put.Measured, put.Said);
                put.Number = written - 1;
                if (Part(put.Said) is { } part)
                {
                    part.Add(put);
                }
                else
                {
                    put.TrySetResult();
                }
            }
        }
    }

    /// <summary>Items below a number are safe: their puts are done.</summary>
    public void Confirm(long upTo)
    {
        lock (gate)
        {
            while (unconfirmed.TryPeek(out var part) && part.UpTo <= upTo)
            {
                unconfirmed.Dequeue();
                part.Complete();
            }
        }
    }

    /// <summary>Items were put again; their puts are told so when they are confirmed.</summary>
    public void NoteDuplicates(IReadOnlyList<long> numbers)
    {
        lock (gate)
        {
            foreach (var number in numbers)
            {
                // Who put it may wait no longer.
                if (putOnce.ContainsKey(number))
                {
                    putOnce[number] = PutOutcome.Duplicate;
                }
            }
        }
    }

    /// <summary>
    /// The store has no room: puts that are not confirmed fail, those that wait for room too, and so does each that comes;
    /// null: it has room again.
    /// </summary>
    public void Refuse(StoreFullException? cause)
    {
        WaitingPut[] failing = [];
        lock (gate)
        {
            refused = cause;
            if (cause is not null)
            {
                FailUnconfirmed(cause);
                failing = [.. waiting];
                waiting.Clear();
            }
        }

        foreach (var put in failing)
        {
            put.TrySetException(cause!);
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
            isWoken = false;
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

    /// <summary>Nobody will confirm anything any more.</summary>
    public void FailUnconfirmed(Exception cause)
    {
        lock (gate)
        {
            foreach (var part in unconfirmed)
            {
                part.Fail(cause);
            }

            unconfirmed.Clear();
            openPart?.Fail(cause);
            openPart = null;
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
            put.TrySetException(cause);
        }
    }

    private async Task WaitAsync(WaitingPut put, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister((_, token) => Leave(put, token), null);
        await put.Task.ConfigureAwait(false);
    }

    /// <summary>
    /// Of what is written until the next cut, with all of which the item just written will be confirmed; null where that is
    /// not waited for.
    /// </summary>
    private Unconfirmed? Part(SaidOfPut? said)
    {
        if (!confirms && said?.Id is null)
        {
            return null;
        }

        if (openPart is not null || handedUpTo != written)
        {
            return openPart ??= new Unconfirmed();
        }

        // The last write has filled the buffer, and closed its part with it.
        if (lastPart?.UpTo != written)
        {
            lastPart = new Unconfirmed { UpTo = written };
            unconfirmed.Enqueue(lastPart);
        }

        return lastPart;
    }

    /// <summary>Its caller waits no longer. It is not put, unless it has been written meanwhile.</summary>
    private void Leave(WaitingPut put, CancellationToken token)
    {
        lock (gate)
        {
            if (put.Place.List is not null)
            {
                waiting.Remove(put.Place);
            }
        }

        put.TrySetCanceled(token);
        wake();
    }

    private void Write(T item, Measured measured, SaidOfPut? said)
    {
        var buffer = open ??= pool.Rent();
        var before = buffer.Bytes;
        if (said is null)
        {
            buffer.Add(item, measured);
        }
        else
        {
            buffer.Add(item, measured, said.DueAt, said.Headers, said.Id);
            if (said.Id is not null)
            {
                putOnce.Add(written, PutOutcome.Accepted);
            }
        }

        written++;
        writtenBytes += buffer.Bytes - before;
        if (buffer.IsFull)
        {
            HandOver();
        }
    }

    /// <summary>Whether the front end has to be told: it has not been since it last looked.</summary>
    private bool Wakes()
    {
        var wakes = !isWoken;
        isWoken = true;
        return wakes;
    }

    private void HandOver()
    {
        var full = open!.IsFull;
        filled.Enqueue((open, open.Count, full));
        handedUpTo = written;
        if (openPart is not null)
        {
            openPart.UpTo = written;
            lastPart = openPart;
            unconfirmed.Enqueue(openPart);
            openPart = null;
        }

        handed = full ? 0 : open.Count;
        open = full ? null : open;
    }

    /// <summary>What has become of a put for now.</summary>
    private readonly record struct Entered(WaitingPut? Waiting, Unconfirmed? Part, Exception? Refusal, long Number);

    /// <summary>A put that waits for credit, then for its confirmation if there is one.</summary>
    private sealed class WaitingPut(T item, Measured measured, SaidOfPut? said)
        : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public T Item { get; } = item;

        public Measured Measured { get; } = measured;

        public SaidOfPut? Said { get; } = said;

        public LinkedListNode<WaitingPut> Place { get; set; } = null!;

        /// <summary>Its number, once it is written; -1: it is not.</summary>
        public long Number { get; set; } = -1;
    }

    /// <summary>Written items that are confirmed together: those that were written at once share a task.</summary>
    private sealed class Unconfirmed
    {
        private readonly TaskCompletionSource shared = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private List<WaitingPut>? waited;

        /// <summary>The items below this number; known once it is cut.</summary>
        public long UpTo { get; set; }

        public Task Confirmed => shared.Task;

        public void Add(WaitingPut put) => (waited ??= []).Add(put);

        public void Complete()
        {
            shared.TrySetResult();
            waited?.ForEach(static put => put.TrySetResult());
        }

        public void Fail(Exception cause)
        {
            shared.TrySetException(cause);
            _ = shared.Task.Exception; // Perhaps nobody waits for it.
            waited?.ForEach(put => put.TrySetException(cause));
        }
    }
}

/// <summary>What was said of an item when it was put.</summary>
/// <param name="DueAt">A timestamp of the pipeline's clock before which it must not be granted; 0: at once.</param>
/// <param name="Headers">Null: none.</param>
/// <param name="Id">Under which it is taken once; null: none.</param>
internal sealed record SaidOfPut(long DueAt, IReadOnlyDictionary<string, string>? Headers, string? Id = null);
