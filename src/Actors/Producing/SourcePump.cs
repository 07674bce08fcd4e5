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
    private ISourceListener<T>? listener;
    private ItemBuffer<T>? open;
    private long allowed;
    private long allowedBytes;
    private long closedBytes;
    private long read;
    private int target = 1;
    private int handed;
    private long opened;
    private int scheduled;

    /// <summary>How many items have been read and published.</summary>
    public long Read => Volatile.Read(ref read);

    /// <summary>The buffer that is being filled; its published part may be cut.</summary>
    public ItemBuffer<T>? Open => Volatile.Read(ref open);

    /// <summary>How many buffers have been opened.</summary>
    public long Opened => Volatile.Read(ref opened);

    protected CancellationToken Stopping => stopping.Token;

    /// <summary>
    /// Room for the next items, or none: credit is used up, or the reading is to stop. One item beyond the credit is read
    /// and kept in hand: it is what says that this source has something, so that idle credit of others is recalled for it.
    /// </summary>
    protected bool MayRead =>
        read <= Volatile.Read(ref allowed)
        && closedBytes + (open?.Bytes ?? 0) < Volatile.Read(ref allowedBytes)
        && !stopping.IsCancellationRequested;

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
        stopping.Cancel();
        Wake();
    }

    public void Execute() => _ = RunAsync();

    /// <summary>Reads while <see cref="MayRead"/>; returns false at the source's end.</summary>
    protected abstract ValueTask<bool> ReadAsync();

    /// <summary>Lets the source go.</summary>
    protected abstract ValueTask CloseAsync();

    /// <summary>Publishes one item.</summary>
    /// <returns>Whether the chunk is complete, or no more may be read.</returns>
    protected bool Publish(T item)
    {
        var buffer = open ?? OpenBuffer();
        buffer.Add(item, pool.Measures);
        Volatile.Write(ref read, read + 1);
        return buffer.Count - handed >= target || buffer.IsFull || !MayRead;
    }

    /// <summary>Hands over what is published, before waiting.</summary>
    protected void HandOver()
    {
        if (open is not { } buffer)
        {
            return;
        }

        var full = buffer.IsFull;
        handed = full ? 0 : buffer.Count;
        if (full)
        {
            closedBytes += buffer.Bytes;
            Volatile.Write(ref open, null);
        }

        listener!.Published(buffer, buffer.Count, full);
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
        var buffer = pool.Rent();
        Volatile.Write(ref opened, opened + 1);
        Volatile.Write(ref open, buffer);
        return buffer;
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

                if (readToEnd || stopping.IsCancellationRequested)
                {
                    break;
                }

                Volatile.Write(ref scheduled, 0);
            }
            while ((MayRead || stopping.IsCancellationRequested) && Interlocked.Exchange(ref scheduled, 1) == 0);

            if (!readToEnd && !stopping.IsCancellationRequested)
            {
                return;
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
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
