using System.Buffers;
using Akka.Actor;
using Akka.Event;
using AkkaPipeline.Queueing;
using AkkaPipeline.Storing;
using AkkaPipeline.Telemetry;

namespace AkkaPipeline.Sinking;

/// <summary>
/// Role: writes outputs in batches, one at a time, then tells the consumers, which settle the items.
/// Hears: the consumers' runners (Write), the coordinator (Flush, Close, Cancel), the queue (Nudge).
/// Tells: the consumers (Written, WriteFailed), the coordinator (Closed, Broken), the queue (SinkGathers, Pause, Probe,
/// Resume), the store (Written), where checkpoints hold how far it is.
/// States: Writing; after Close, Closing.
/// Invariant: nothing is answered before its write holds; each item is answered once.
/// </summary>
internal sealed class SinkActor<TOut> : UntypedActor, ISinkEffects<SinkProtocol.Write<TOut>, TOut>
{
    private readonly SinkSetup setup;
    private readonly SinkWriter<TOut> writer;
    private readonly SinkState<SinkProtocol.Write<TOut>, TOut> state;
    private readonly ITimer alarm;
    private readonly bool gathers;
    private OutputBatch<SinkProtocol.Write<TOut>, TOut>? writing;
    private bool isClosing;

    /// <param name="sink">The user's sink.</param>
    /// <param name="bounds">When batches close.</param>
    /// <param name="breaker">When a failing sink is left alone; null: never.</param>
    /// <param name="setup">What the pipeline gives it.</param>
    public SinkActor(IBatchSink<TOut> sink, BatchBounds bounds, BreakerOptions? breaker, SinkSetup setup)
    {
        this.setup = setup;
        gathers = bounds.Gathers;
        writer = new SinkWriter<TOut>(sink, breaker is null ? null : new SinkBreaker(breaker, setup.Time), setup.Repeats, setup.Name, Self);
        state = new SinkState<SinkProtocol.Write<TOut>, TOut>(bounds, setup.Repeats, setup.Time, this);
        alarm = setup.Time.CreateTimer(
            static self => ((IActorRef)self!).Tell(Alarm.Instance), Self, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    protected override void PreStart()
    {
        if (gathers)
        {
            setup.Queue.Tell(new QueueProtocol.SinkGathers(Self));
        }
    }

    protected override void PostStop()
    {
        alarm.Dispose();
        writer.CancelWrites();
        writer.CancelClosing();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case SinkProtocol.Write<TOut> write:
                Take(write);
                break;
            case SinkProtocol.BatchEnded ended:
                Finish(ended);
                break;
            case Alarm:
                state.Alarm();
                break;
            case SinkProtocol.Nudge:
                state.Nudge();
                break;
            case SinkProtocol.Flush:
                state.Flush();
                break;
            case SinkProtocol.Close close:
                state.Close(close.Ending);
                break;
            case SinkProtocol.Cancel:
                Cancel();
                break;
            case SinkProtocol.Closed closed:
                Context.Parent.Tell(closed);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    void ISinkEffects<SinkProtocol.Write<TOut>, TOut>.Write(OutputBatch<SinkProtocol.Write<TOut>, TOut> batch)
    {
        writing = batch;
        writer.Write(batch.ToWrite());
    }

    void IItemAnswers<SinkProtocol.Write<TOut>>.Answer(
        SinkProtocol.Write<TOut> write, int from, int count, Exception? failure)
    {
        var items = write.Items with { From = write.Items.From + from, Count = count };
        if (failure is null)
        {
            write.ReplyTo.Tell(new SinkProtocol.Written(items));
        }
        else if (!state.HasGivenUp)
        {
            write.ReplyTo.Tell(new SinkProtocol.WriteFailed(items, failure, ForGood: setup.Repeats is not null));
        }
    }

    void IItemAnswers<SinkProtocol.Write<TOut>>.Done(SinkProtocol.Write<TOut> write) => GiveBack(write.Ends);

    void ISinkEffects<SinkProtocol.Write<TOut>, TOut>.Free(int outputs, long bytes) => setup.Room.Free(outputs, bytes);

    void ISinkEffects<SinkProtocol.Write<TOut>, TOut>.WakeAfter(TimeSpan delay)
    {
        // A timer counts whole milliseconds: one that came too early would have to be set again.
        var milliseconds = Math.Max(0, Math.Ceiling(delay.TotalMilliseconds));
        alarm.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
    }

    void ISinkEffects<SinkProtocol.Write<TOut>, TOut>.Pause(TimeSpan wait) => setup.Queue.Tell(new QueueProtocol.Pause(
        PauseNames.Breaker,
        $"the {setup.Name} failed too often: its breaker is open, and a probe goes through at {setup.Time.GetUtcNow() + wait:O}",
        Until: null,
        EndsByItself: true));

    void ISinkEffects<SinkProtocol.Write<TOut>, TOut>.Probe() => setup.Queue.Tell(new QueueProtocol.Probe(PauseNames.Breaker, 1));

    void ISinkEffects<SinkProtocol.Write<TOut>, TOut>.Resume() => setup.Queue.Tell(new QueueProtocol.Resume(PauseNames.Breaker));

    void ISinkEffects<SinkProtocol.Write<TOut>, TOut>.Close(SinkEnding ending)
    {
        isClosing = true;
        writer.Close(state.HasGivenUp ? SinkEnding.Interrupted : ending);
    }

    private void Take(SinkProtocol.Write<TOut> write)
    {
        state.Write(write, new WriteOutputs<TOut>(
            write.Items.Count, write.Outputs, write.Count, write.Bytes, write.Ends, write.Keys, write.Sizes));
        ArrayPool<TOut>.Shared.Return(write.Outputs, clearArray: true);
        GiveBack(write.Sizes);
        if (write.Keys is { } keys)
        {
            ArrayPool<string>.Shared.Return(keys, clearArray: true);
        }
    }

    private static void GiveBack(int[]? rented)
    {
        if (rented is not null)
        {
            ArrayPool<int>.Shared.Return(rented);
        }
    }

    private void Finish(SinkProtocol.BatchEnded ended)
    {
        if (ended.Outcome is not { } outcome)
        {
            state.Refused(ended.BreakFor ?? TimeSpan.Zero);
            return;
        }

        if (outcome.FirstFailure is { } failure && !state.HasGivenUp)
        {
            EngineLog.BatchFailed(setup.Log, setup.Name, ended.Count, FailureReason.WithoutItem(failure), FailureReason.LoggableWithoutItem(failure));
            if (setup.FailureBreaks || outcome.Failure is BrokenSinkException)
            {
                Context.Parent.Tell(new SinkProtocol.Broken(setup.Name, failure));
                state.GiveUp();
            }
        }

        if (setup.Resumable is not null && outcome.Failure is null)
        {
            TellHowFar(setup.Resumable.Length);
        }

        state.Finished(outcome, ended.BreakFor);
    }

    /// <summary>The store hears of a write before anybody can settle what it came from.</summary>
    private void TellHowFar(long length)
    {
        var numbers = new List<NumberRange>();
        foreach (var part in writing!.Parts)
        {
            var (from, count) = part.Write.ItemsOf(part.From, part.Count);
            var write = part.Write.Write;
            foreach (var run in write.Granted.Slice(write.Items.From + from, count))
            {
                numbers.Add(new NumberRange(run.FirstSequence, run.Count));
            }
        }

        setup.Store.Tell(new StoreProtocol.Written(setup.Name, length, numbers));
    }

    /// <summary>The first time it is for writes, the next for closing.</summary>
    private void Cancel()
    {
        if (isClosing)
        {
            writer.CancelClosing();
            return;
        }

        writer.CancelWrites();
        state.GiveUp();
    }

    private sealed record Alarm : IDeadLetterSuppression, INoSerializationVerificationNeeded
    {
        public static Alarm Instance { get; } = new();
    }
}
