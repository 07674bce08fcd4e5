using System.Diagnostics;

namespace AkkaPipeline.Producing;

/// <summary>
/// Reads a source on a thread of the pool, never on the producer's turn, as far as it is allowed to. It publishes items
/// into buffers and hands each full (or ripe) buffer to the producer; the producer may cut a buffer that is still being
/// filled.
/// </summary>
/// <remarks>
/// A chunk is as large as fills in some 20 µs: a fast source fills whole chunks, a slow one sends item by item. A source
/// that makes its reader wait hands over what it has first.
/// </remarks>
internal abstract class SourcePump<T>(ItemBufferPool<T> pool) : IThreadPoolWorkItem
{
    private static readonly long ShortFill = Stopwatch.Frequency / 50_000;
    private static readonly long LongFill = Stopwatch.Frequency / 5_000;

    private readonly CancellationTokenSource stopping = new();
    private readonly bool isSized = pool.Measures.AreSized;
    private readonly bool isMeasured = pool.Measures.Any;
    private ISourceListener<T>? listener;

    // The reader's own: the buffer at hand, how far it has been handed over, and where the chunk is complete.
    private ItemBuffer<T> buffer = null!;
    private int handed;
    private int ripeAt;
    private int target = 1;
    private long closedBytes;

    // Shared with the producer.
    private ItemBuffer<T>? open;
    private long opened;
    private long read;
    private long allowed;
    private long allowedBytes;
    private volatile bool stopped;
    private int scheduled;

    /// <summary>How many items have been read, up to the last look.</summary>
    public long Read => Volatile.Read(ref read);

    /// <summary>The buffer that is being filled; its published part may be cut.</summary>
    public ItemBuffer<T>? Open => Volatile.Read(ref open);

    /// <summary>How many buffers have been opened.</summary>
    public long Opened => Volatile.Read(ref opened);

    protected CancellationToken Stopping => stopping.Token;

    /// <summary>Whether the source still has something in hand when it is stopped: see <see cref="IReadsAhead"/>.</summary>
    protected virtual bool ReadsAhead => false;

    /// <summary>
    /// Room for the next items, or none: credit is used up, or the reading is to stop. One item beyond the credit is read
    /// and kept in hand: it is what says that this source has something, so that idle credit of others is recalled for it.
    /// </summary>
    protected bool MayRead =>
        !stopped && read < Volatile.Read(ref allowed) && closedBytes + (open?.Bytes ?? 0) < Volatile.Read(ref allowedBytes);

    public void Start(ISourceListener<T> hears) => listener = hears;

    public void Allow(long upTo, long bytes)
    {
        Volatile.Write(ref allowedBytes, bytes);
        Volatile.Write(ref allowed, upTo);
        Wake();
    }

    /// <summary>No further than now. An item that the source is just handing out may still come: it waits for credit.</summary>
    public long Shrink()
    {
        var seen = Read;
        Volatile.Write(ref allowed, Math.Min(seen, Volatile.Read(ref allowed)));
        return seen;
    }

    public void Stop()
    {
        stopped = true;
        _ = stopping.CancelAsync();
        Wake();
    }

    public void Execute() => _ = RunAsync();

    /// <summary>Reads while <see cref="MayRead"/>; returns false at the source's end.</summary>
    protected abstract ValueTask<bool> ReadAsync();

    /// <summary>Lets the source go.</summary>
    protected abstract ValueTask CloseAsync();

    /// <summary>Begins a run of items: opens a buffer, and looks how many may be published before the next look.</summary>
    protected void Begin()
    {
        buffer = open ?? OpenBuffer();
        ripeAt = (int)Math.Min(Math.Min(handed + target, Queueing.Chunk.ItemsMax), handed + Volatile.Read(ref allowed) - read);
    }

    /// <summary>Publishes one item.</summary>
    /// <returns>Whether it is time to hand over: the run is complete, or the reading is to stop.</returns>
    protected bool Publish(T item)
    {
        var count = isMeasured ? buffer.Add(item, pool.Measures.Of(item)) : buffer.Add(item);
        return count >= ripeAt || stopped || (isSized && buffer.IsFull);
    }

    /// <summary>Hands over what is published, before waiting.</summary>
    protected void HandOver()
    {
        if (open is not { } filled || filled.Count == handed)
        {
            return;
        }

        var full = filled.IsFull;
        var count = filled.Count;
        Volatile.Write(ref read, read + count - handed);
        handed = full ? 0 : count;
        if (full)
        {
            closedBytes += filled.Bytes;
            Volatile.Write(ref open, null);
        }

        listener!.Published(filled, count, full);
    }

    /// <summary>Adapts the chunk to how long the last one took.</summary>
    protected void Adapt(long startedAt)
    {
        var took = Stopwatch.GetTimestamp() - startedAt;
        if (took < ShortFill)
        {
            target = Math.Min(Queueing.Chunk.ItemsMax, target * 2);
        }
        else if (took > LongFill)
        {
            target = Math.Max(1, target / 4);
        }
    }

    private ItemBuffer<T> OpenBuffer()
    {
        var rented = pool.Rent();
        Volatile.Write(ref opened, opened + 1);
        Volatile.Write(ref open, rented);
        return rented;
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref scheduled, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private async Task RunAsync()
    {
        Exception? failure = null;
        var readToEnd = false;
        try
        {
            do
            {
                while (MayRead && !readToEnd)
                {
                    readToEnd = !await ReadAsync().ConfigureAwait(false);
                }

                if (readToEnd || stopped)
                {
                    break;
                }

                // A full fence: the flag is down before the credit is looked at again, or a wake-up could be lost.
                Interlocked.Exchange(ref scheduled, 0);
            }
            while ((MayRead || stopped) && Interlocked.Exchange(ref scheduled, 1) == 0);

            if (!readToEnd && !stopped)
            {
                return;
            }

            while (!readToEnd && ReadsAhead)
            {
                readToEnd = !await ReadAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopped)
        {
            readToEnd = false;
        }
        catch (Exception thrown)
        {
            failure = thrown;
        }

        await EndAsync(readToEnd, failure).ConfigureAwait(false);
    }

    private async Task EndAsync(bool readToEnd, Exception? failure)
    {
        HandOver();
        try
        {
            await CloseAsync().ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            failure ??= thrown;
        }

        listener!.Ended(readToEnd, failure);
    }
}

/// <summary>Hears a pump.</summary>
internal interface ISourceListener<T>
{
    /// <summary>Items are published in a buffer up to a count.</summary>
    void Published(ItemBuffer<T> buffer, int upTo, bool full);

    /// <summary>The source has ended, failed or stopped; nothing more comes.</summary>
    void Ended(bool readToEnd, Exception? failure);
}
