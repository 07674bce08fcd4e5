using System.Buffers;
using System.Diagnostics;
using Akka.Actor;
using AkkaPipeline.Queueing;
using AkkaPipeline.Sinking;

namespace AkkaPipeline.Consuming;

/// <summary>A consumer with outputs: they gather here and go to the sink with the items they came from.</summary>
internal sealed class EmittingWorker<T, TOut>(
    IItemConsumer<T, TOut> consumer, IActorRef sink, SinkRoom room, Func<TOut, int>? sizeOf, IActorRef replyTo)
    : ItemWorker<T>, IOutputs<TOut>
{
    private const int RipeOutputs = 512;
    private const int RipeBytes = 64 * 1024;

    // The item at hand may emit on another thread while what was done before it is handed over.
    private readonly Lock gate = new();

    private TOut[] gathered = [];
    private int count;
    private long bytes;
    private int countBefore;
    private long bytesBefore;

    // Where the outputs of each item start that has begun and is not handed over; the one at hand is the last.
    private int[] starts = new int[64];
    private int begun;

    public override bool IsRipe => count >= RipeOutputs || bytes >= RipeBytes;

    public override ValueTask ReserveAsync(CancellationToken cancellationToken) => room.WaitAsync(cancellationToken);

    public override ValueTask Run(GrantedWork<T> work, ref int index, int to, CancellationToken cancellationToken) =>
        Run(new Call(this, consumer), work, ref index, to, cancellationToken);

    public void Emit(TOut output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var size = sizeOf?.Invoke(output) ?? 0;
        lock (gate)
        {
            if (count == gathered.Length)
            {
                Grow();
            }

            gathered[count++] = output;
            bytes += size;
        }
    }

    public override void Discard()
    {
        lock (gate)
        {
            Array.Clear(gathered, countBefore, count - countBefore);
            count = countBefore;
            bytes = bytesBefore;
            begun--;
        }
    }

    public override void Succeeded()
    {
        countBefore = count;
        bytesBefore = bytes;
    }

    public override bool HandOver(long grantId, int from, int to)
    {
        var items = to - from;
        TOut[] outputs;
        int[]? ends;
        int outputCount;
        long outputBytes;
        lock (gate)
        {
            Debug.Assert(begun - items is 0 or 1, "Every item that began is handed over, discarded, or at hand.");
            (outputs, outputCount, outputBytes) = (gathered, countBefore, bytesBefore);
            ends = EndsOf(items);
            begun -= items;
            starts[0] = 0;
            if (outputCount == 0)
            {
                return false;
            }

            KeepTheItemAtHand();
        }

        room.Take(outputCount, outputBytes);
        sink.Tell(new SinkProtocol.Write<TOut>(
            replyTo,
            new SinkProtocol.WrittenItems(grantId, from, items, Outcome.Acked),
            outputs,
            outputCount,
            outputBytes,
            ends));
        return true;
    }

    private void Begin()
    {
        if (begun == starts.Length)
        {
            Array.Resize(ref starts, 2 * begun);
        }

        starts[begun++] = count;
        countBefore = count;
        bytesBefore = bytes;
    }

    /// <summary>Where the outputs of the first items end; null where each has exactly one, as is common.</summary>
    private int[]? EndsOf(int items)
    {
        if (countBefore == 0 || EachHasOne(items))
        {
            return null;
        }

        var ends = ArrayPool<int>.Shared.Rent(items);
        starts.AsSpan(1, items - 1).CopyTo(ends);
        ends[items - 1] = countBefore;
        return ends;
    }

    private bool EachHasOne(int items)
    {
        if (items != countBefore)
        {
            return false;
        }

        for (var item = 0; item < items; item++)
        {
            if (starts[item] != item)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What an item that is still running has emitted stays here when the outputs before it go.</summary>
    private void KeepTheItemAtHand()
    {
        var kept = count - countBefore;
        var rest = kept == 0 ? [] : ArrayPool<TOut>.Shared.Rent(kept);
        gathered.AsSpan(countBefore, kept).CopyTo(rest);
        Array.Clear(gathered, countBefore, kept);
        (gathered, count, bytes) = (rest, kept, bytes - bytesBefore);
        (countBefore, bytesBefore) = (0, 0);
    }

    private void Grow()
    {
        var larger = ArrayPool<TOut>.Shared.Rent(Math.Max(16, gathered.Length * 2));
        gathered.AsSpan(0, count).CopyTo(larger);
        if (gathered.Length > 0)
        {
            ArrayPool<TOut>.Shared.Return(gathered, clearArray: true);
        }

        gathered = larger;
    }

    private readonly struct Call(EmittingWorker<T, TOut> worker, IItemConsumer<T, TOut> consumer) : IItemCall<T>
    {
        public ValueTask Invoke(Delivery<T> delivery, CancellationToken cancellationToken)
        {
            worker.Begin();
            return consumer.ConsumeAsync(delivery, worker, cancellationToken);
        }
    }
}
