using System.Buffers;
using System.Diagnostics;
using Akka.Actor;
using AkkaPipeline.Queueing;
using AkkaPipeline.Sinking;

namespace AkkaPipeline.Consuming;

/// <summary>A consumer with outputs: they gather here and go to the sink with the items they came from.</summary>
internal sealed class EmittingWorker<T, TOut>(
    IItemConsumer<T, TOut> consumer, IActorRef sink, SinkRoom room, OutputMeasures<TOut> measures, IActorRef replyTo)
    : ItemWorker<T>, IOutputs<TOut>
{
    private const int RipeOutputs = 512;
    private const int RipeBytes = 64 * 1024;

    // The item at hand may emit on another thread while what was done before it is handed over.
    private readonly Lock gate = new();

    private readonly bool readsNothingOff = measures.IsNothing;
    private OutputBuffer<TOut> gathered = new(measures.KeyOf is not null, measures.NotesSizes);
    private long bytes;
    private int countBefore;
    private long bytesBefore;

    // Where the outputs of each item start that has begun and is not handed over; the one at hand is the last.
    private int[] starts = new int[64];
    private int begun;

    public override bool IsRipe => gathered.Count >= RipeOutputs || bytes >= RipeBytes;

    public override ValueTask ReserveAsync(CancellationToken cancellationToken) => room.WaitAsync(cancellationToken);

    public override ValueTask Run(GrantedWork<T> work, ref int index, int to, CancellationToken cancellationToken) =>
        Run(new Call(this, consumer), work, ref index, to, cancellationToken);

    public void Emit(TOut output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (readsNothingOff)
        {
            lock (gate)
            {
                gathered.Add(output);
            }

            return;
        }

        var size = measures.SizeOfOutput(output);
        var key = measures.KeyOfOutput(output);
        lock (gate)
        {
            gathered.Add(output);
            gathered.NoteOfLast(key, size);
            bytes += size;
        }
    }

    public override void Discard()
    {
        lock (gate)
        {
            gathered.CutTo(countBefore);
            bytes = bytesBefore;
            begun--;
        }
    }

    public override void Succeeded()
    {
        countBefore = gathered.Count;
        bytesBefore = bytes;
    }

    public override bool HandOver(GrantedWork<T> work, int from, int to)
    {
        var items = to - from;
        OutputBuffer<TOut> outputs;
        int[]? ends;
        long outputBytes;
        lock (gate)
        {
            Debug.Assert(begun - items is 0 or 1, "Every item that began is handed over, discarded, or at hand.");
            ends = EndsOf(items);
            begun -= items;
            starts[0] = 0;
            if (countBefore == 0)
            {
                return false;
            }

            // What an item that is still running has emitted stays here.
            outputs = gathered.TakeFirst(countBefore);
            outputBytes = bytesBefore;
            (bytes, countBefore, bytesBefore) = (bytes - bytesBefore, 0, 0);
        }

        room.Take(outputs.Count, outputBytes);
        sink.Tell(new SinkProtocol.Write<TOut>(
            replyTo,
            new SinkProtocol.WrittenItems(work.Id, from, items, Outcome.Acked),
            outputs.Outputs,
            outputs.Count,
            outputBytes,
            ends,
            outputs.Keys,
            outputs.Sizes,
            work.Granted));
        return true;
    }

    private void Begin()
    {
        var start = gathered.Count;
        if (begun == starts.Length)
        {
            MoreStarts();
        }

        starts[begun++] = start;
        countBefore = start;
        bytesBefore = bytes;
    }

    private void MoreStarts() => Array.Resize(ref starts, 2 * begun);

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

    private readonly struct Call(EmittingWorker<T, TOut> worker, IItemConsumer<T, TOut> consumer) : IItemCall<T>
    {
        public ValueTask Invoke(Delivery<T> delivery, CancellationToken cancellationToken)
        {
            worker.Begin();
            return consumer.ConsumeAsync(delivery, worker, cancellationToken);
        }
    }
}
