using System.Buffers;
using Akka.Actor;
using Akka.Event;

namespace AkkaPipeline.Sinking;

/// <summary>
/// Role: writes outputs in batches, one at a time, then tells the consumers, which settle the items.
/// Hears: the consumers' runners (Write), the coordinator (Close, Cancel).
/// Tells: the consumers (Written, WriteFailed), the coordinator (Closed, Broken).
/// States: Writing; after Close, Closing.
/// Invariant: nothing is answered before its write holds; each write is answered once.
/// </summary>
internal sealed class SinkActor<TOut> : UntypedActor, ISinkEffects<SinkProtocol.Write<TOut>>
{
    private const int OutputsMax = 8192;

    private readonly string name;
    private readonly IBatchSink<TOut> sink;
    private readonly SinkRoom room;
    private readonly bool failureBreaks;
    private readonly SinkState<SinkProtocol.Write<TOut>> state;
    private readonly CancellationTokenSource cancelling = new();
    private readonly CancellationTokenSource closing = new();
    private readonly ILoggingAdapter log = Context.GetLogger();
    private TOut[] outputs = [];
    private int outputCount;
    private bool broken;
    private bool isClosing;

    /// <param name="name">For messages: "sink" or "dead-letter-sink".</param>
    /// <param name="sink">The user's sink.</param>
    /// <param name="room">Freed as outputs are written.</param>
    /// <param name="failureBreaks">Whether any failed write ends the pipeline, since nobody else could take the items.</param>
    public SinkActor(string name, IBatchSink<TOut> sink, SinkRoom room, bool failureBreaks)
    {
        this.name = name;
        this.sink = sink;
        this.room = room;
        this.failureBreaks = failureBreaks;
        state = new SinkState<SinkProtocol.Write<TOut>>(OutputsMax, this);
    }

    protected override void PostStop()
    {
        _ = cancelling.CancelAsync();
        _ = closing.CancelAsync();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case SinkProtocol.Write<TOut> write:
                state.Write(write, write.Items.Count, write.Count, write.Ends);
                break;
            case BatchEnded ended:
                Finish(ended.Outcome);
                break;
            case SinkProtocol.Close close:
                state.Close(close.Ending);
                break;
            case SinkProtocol.Cancel:
                // What the user's code has registered runs on the pool, not here.
                _ = (isClosing ? closing : cancelling).CancelAsync();
                break;
            case SinkProtocol.Closed closed:
                Context.Parent.Tell(closed);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    void ISinkEffects<SinkProtocol.Write<TOut>>.Write(
        IReadOnlyList<SinkProtocol.Write<TOut>> batch, int count, BatchClosedBy closedBy)
    {
        if (broken)
        {
            Self.Tell(new BatchEnded(new BatchOutcome(new BrokenSinkException($"The {name} broke before."))));
            return;
        }

        Gather(batch, count);
        var self = Self;
        var written = new Batch<TOut>(outputs.AsMemory(0, outputCount), closedBy);
        ThreadPool.UnsafeQueueUserWorkItem(_ => _ = WriteAsync(written, self), null);
    }

    void IItemAnswers<SinkProtocol.Write<TOut>>.Answer(
        SinkProtocol.Write<TOut> write, int from, int count, Exception? failure)
    {
        var items = write.Items with { From = write.Items.From + from, Count = count };
        if (failure is null)
        {
            write.ReplyTo.Tell(new SinkProtocol.Written(items));
        }
        else if (!broken)
        {
            write.ReplyTo.Tell(new SinkProtocol.WriteFailed(items, failure));
        }
    }

    void ISinkEffects<SinkProtocol.Write<TOut>>.Done(SinkProtocol.Write<TOut> write)
    {
        room.Free(write.Count, write.Bytes);
        if (write.Ends is { } ends)
        {
            ArrayPool<int>.Shared.Return(ends);
        }
    }

    void ISinkEffects<SinkProtocol.Write<TOut>>.Close(SinkEnding ending)
    {
        var self = Self;
        var how = broken ? SinkEnding.Interrupted : ending;
        isClosing = true;
        ThreadPool.UnsafeQueueUserWorkItem(_ => _ = CloseAsync(how, self), null);
    }

    private void Gather(IReadOnlyList<SinkProtocol.Write<TOut>> batch, int count)
    {
        if (outputs.Length < count)
        {
            outputs = new TOut[Math.Max(count, 256)];
        }

        outputCount = 0;
        foreach (var write in batch)
        {
            write.Outputs.AsSpan(0, write.Count).CopyTo(outputs.AsSpan(outputCount));
            outputCount += write.Count;
            ArrayPool<TOut>.Shared.Return(write.Outputs, clearArray: true);
        }
    }

    private void Finish(BatchOutcome outcome)
    {
        Array.Clear(outputs, 0, outputCount);
        if (outcome.FirstFailure is { } failure)
        {
            OnFailure(failure, breaks: failureBreaks || outcome.Failure is BrokenSinkException);
        }

        state.Finished(outcome);
    }

    private void OnFailure(Exception failure, bool breaks)
    {
        if (cancelling.IsCancellationRequested)
        {
            broken = true;
        }
        else if (!broken)
        {
            log.Error(failure, "The {0} failed on a batch of {1}: {2}", name, outputCount, failure.Message);
            broken = breaks;
            if (broken)
            {
                Context.Parent.Tell(new SinkProtocol.Broken(name, failure));
            }
        }
    }

    private async Task WriteAsync(Batch<TOut> batch, IActorRef self)
    {
        BatchOutcome outcome;
        try
        {
            var result = await sink.WriteAsync(batch, cancelling.Token).ConfigureAwait(false);
            outcome = result is null
                ? new BatchOutcome(new InvalidOperationException("The sink returned null instead of a BatchResult."))
                : new BatchOutcome(null, result.FailuresOf(batch.Count));
        }
        catch (Exception thrown)
        {
            outcome = new BatchOutcome(thrown);
        }

        self.Tell(new BatchEnded(outcome));
    }

    private async Task CloseAsync(SinkEnding ending, IActorRef self)
    {
        Exception? failure = null;
        try
        {
            await sink.CloseAsync(ending, closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // It was told not to be waited for any longer.
        }
        catch (Exception thrown)
        {
            failure = thrown;
        }

        self.Tell(new SinkProtocol.Closed(name, failure));
    }

    private sealed record BatchEnded(BatchOutcome Outcome);
}
