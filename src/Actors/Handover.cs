using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AkkaPipeline.Producing;
using AkkaPipeline.Sinking;
using AkkaPipeline.Storing;

namespace AkkaPipeline;

/// <summary>
/// Hands the outputs of one durable pipeline to another that is kept in the same file, as its items: that an item of the first is
/// done and that its outputs are there for the second is one commit. Give it to both: to
/// <see cref="EmittingPipelineBuilder{T,TOut}.To(Handover{TOut})"/> and to <see cref="PipelineBuilder{T}.From(Handover{T})"/>.
/// What the second has not taken when the process ends is there at the next start. One object serves one run of each.
/// </summary>
/// <typeparam name="T">The output, and the item it becomes.</typeparam>
public sealed class Handover<T> : IHandover
{
    private readonly ItemEncoder<T> encoder;
    private readonly Lock gate = new();
    private readonly Queue<TakenRun> taken = new();
    private readonly Channel<HandedOver<T>> committed = Channel.CreateUnbounded<HandedOver<T>>(new UnboundedChannelOptions { SingleReader = true });
    private SinkRoom? room;
    private TakenRun lastTaken = null!;
    private string? writer;
    private string? reader;
    private long readBefore;
    private long read;

    /// <param name="name">Its name in the store, unique in its file, the same at each start.</param>
    /// <param name="codec">How outputs become bytes. Null: as items of a durable queue do by default. The second pipeline reads
    /// with its own codec, so it has to be given the same.</param>
    /// <param name="itemBytesMax">The largest output, as its codec writes it, in bytes; a larger one fails its item. Default 16 MiB.</param>
    public Handover(string name, IItemCodec<T>? codec = null, int itemBytesMax = 16 * 1024 * 1024)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(itemBytesMax, 1);
        Name = name;
        encoder = new ItemEncoder<T>(codec ?? ItemCodec.Default<T>(), itemBytesMax);
    }

    /// <summary>Its name in the store.</summary>
    public string Name { get; }

    void IHandover.BeginReading(long after) => readBefore = after;

    void IHandover.Arrived(IReadOnlyList<HandedOver> outputs)
    {
        foreach (var output in outputs)
        {
            if (!committed.Writer.TryWrite((HandedOver<T>)output))
            {
                // The first pipeline has closed it: the second finds them in the store at its next start.
                room!.Free(1, output.Bytes);
            }
        }
    }

    void IHandover.Discard(IReadOnlyList<HandedOver> outputs)
    {
        foreach (var output in outputs)
        {
            room!.Free(1, output.Bytes);
        }
    }

    long IHandover.TakenBelow(long index)
    {
        lock (gate)
        {
            while (taken.TryPeek(out var run) && run.Index + run.Count < index)
            {
                taken.Dequeue();
            }

            return taken.TryPeek(out var last) ? last.Number + index - last.Index : 0;
        }
    }

    /// <summary>The first pipeline has ended: nothing more comes in this run.</summary>
    internal void Complete() => committed.Writer.TryComplete();

    /// <exception cref="ItemTooLargeException">It is.</exception>
    internal HandedOver<T> Encode(T output)
    {
        var bytes = encoder.Encode(output).ToArray();
        return new HandedOver<T>(output, new EncodedItems(encoder.Name, bytes, [bytes.Length]));
    }

    /// <summary>Room for outputs is free again once they are taken.</summary>
    internal void WriteInto(SinkRoom outputs) => room = outputs;

    internal void AttachWriter(string pipeline, string? store) => Attach(ref writer, pipeline, store, "To");

    internal void AttachReader(string pipeline, string? store) => Attach(ref reader, pipeline, store, "From");

    internal async IAsyncEnumerable<T> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var output in committed.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            room!.Free(1, output.Bytes);
            if (output.Number > readBefore)
            {
                NoteTaken(output.Number);
                yield return output.Item;
            }
        }
    }

    private void NoteTaken(long number)
    {
        lock (gate)
        {
            var index = read++;
            if (taken.Count == 0 || lastTaken.Number + lastTaken.Count != number)
            {
                taken.Enqueue(lastTaken = new TakenRun(index, number));
            }

            lastTaken.Count++;
        }
    }

    private void Attach(ref string? side, string pipeline, string? store, string method)
    {
        lock (gate)
        {
            if (side is not null)
            {
                throw new InvalidOperationException(
                    $"The handover {Name} is used by a pipeline already: make a new {nameof(Handover<>)} for each run.");
            }

            var other = writer ?? reader;
            if (store is null || (other is not null && other != store))
            {
                throw new InvalidOperationException(
                    $"The handover {Name} joins two pipelines that are kept in one file: {pipeline}, which has it in {method}(…), "
                    + (store is null ? "is not Durable(…)." : $"is kept in {store}, and the other in {other}."));
            }

            side = store;
        }
    }

    /// <summary>Outputs that were given to the second pipeline one after the other.</summary>
    /// <param name="index">Of the first, in the order of giving.</param>
    /// <param name="number">Of the first, in the store.</param>
    private sealed class TakenRun(long index, long number)
    {
        public long Index => index;

        public long Number => number;

        public long Count { get; set; }
    }
}
