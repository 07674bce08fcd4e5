using System.Buffers;
using Akka.Actor;
using AkkaPipeline.Storing;

namespace AkkaPipeline.Sinking;

/// <summary>
/// Role: in the place of a sink, gives outputs to the store, which commits them with the settlement of their items.
/// Hears: the consumers' runners (Write), the coordinator (Flush, Close, Cancel).
/// Tells: the store (HandOver), the consumers (Written, WriteFailed), the coordinator (Closed).
/// Invariant: the store has the outputs before anybody can settle what they came from.
/// </summary>
internal sealed class HandoverActor<TOut> : UntypedActor
{
    private readonly Handover<TOut> handover;
    private readonly SinkSetup setup;

    public HandoverActor(Handover<TOut> handover, SinkSetup setup)
    {
        this.handover = handover;
        this.setup = setup;
        handover.WriteInto(setup.Room);
    }

    protected override void PostStop() => handover.Complete();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case SinkProtocol.Write<TOut> write:
                Take(write);
                break;
            case SinkProtocol.Close:
                handover.Complete();
                Context.Parent.Tell(new SinkProtocol.Closed(setup.Name, null));
                break;
            case SinkProtocol.Flush or SinkProtocol.Cancel:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Take(SinkProtocol.Write<TOut> write)
    {
        // Outputs are accounted for by what they take in the store.
        setup.Room.Free(write.Count, write.Bytes);
        var from = 0;
        for (var index = 0; index < write.Items.Count; index++)
        {
            var end = write.Ends?[index] ?? index + 1;
            TakeItem(write, write.Items with { From = write.Items.From + index, Count = 1 }, write.Outputs.AsSpan(from, end - from));
            from = end;
        }

        ArrayPool<TOut>.Shared.Return(write.Outputs, clearArray: true);
        if (write.Ends is { } ends)
        {
            ArrayPool<int>.Shared.Return(ends);
        }
    }

    private void TakeItem(SinkProtocol.Write<TOut> write, SinkProtocol.WrittenItems item, ReadOnlySpan<TOut> outputs)
    {
        var encoded = new HandedOver[outputs.Length];
        try
        {
            for (var index = 0; index < outputs.Length; index++)
            {
                encoded[index] = handover.Encode(outputs[index]);
            }
        }
        catch (Exception cause)
        {
            write.ReplyTo.Tell(new SinkProtocol.WriteFailed(item, cause));
            return;
        }

        if (encoded.Length > 0)
        {
            foreach (var output in encoded)
            {
                setup.Room.Take(1, output.Bytes);
            }

            setup.Store.Tell(new StoreProtocol.HandOver(write.Granted.SequenceAt(item.From), encoded));
        }

        write.ReplyTo.Tell(new SinkProtocol.Written(item));
    }
}
