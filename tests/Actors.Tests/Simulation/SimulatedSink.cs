using AkkaPipeline.Queueing;
using AkkaPipeline.Sinking;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>A sink's shell with the user's sink, which is slow, fails, hangs until it is cancelled, or breaks for good.</summary>
internal sealed class SimulatedSink : SimulatedActor, ISinkEffects<SinkWrite, SinkOutput>
{
    private readonly bool failureBreaks;
    private readonly SeededRandom random;
    private readonly BatchBounds bounds;
    private readonly RepeatsInPlace? repeats;
    private readonly SinkState<SinkWrite, SinkOutput> state;
    private readonly List<Action> waiting = [];
    private SinkOutput[] batch = [];
    private SinkOutput[] toRepeat = [];
    private int attempts;
    private int outputs;
    private long bytes;
    private long writes;
    private long alarms;
    private bool writing;
    private bool cancelled;
    private bool closes;

    public SimulatedSink(Simulation simulation, string name, bool failureBreaks)
        : base(simulation, name)
    {
        var plan = simulation.Plan;
        this.failureBreaks = failureBreaks;
        random = simulation.Random.Fork();
        bounds = failureBreaks ? BatchBounds.Default with { ItemsMax = 64 } : plan.Batches;
        repeats = failureBreaks || (plan.SinkAttempts == 1 && plan.Keys == 0) ? null : new RepeatsInPlace(
            plan.SinkAttempts, attempt => TimeSpan.FromMilliseconds(attempt));
        state = new SinkState<SinkWrite, SinkOutput>(
            bounds, repeats, simulation.Time, simulation.Mutant.Wrap((ISinkEffects<SinkWrite, SinkOutput>)this));
    }

    /// <summary>Calls back once there is room for outputs.</summary>
    /// <returns>Whether there is room now.</returns>
    public bool HasRoom(Action once)
    {
        if (outputs < bounds.RoomOutputs || IsDead)
        {
            return true;
        }

        waiting.Add(once);
        return false;
    }

    public void Take(int count)
    {
        outputs += count;
        Simulation.Books.Rule(
            outputs <= bounds.RoomOutputs + Simulation.OutputsBeyondRoom,
            $"{outputs} outputs are on their way to the {Name}");
    }

    public override void Receive(SimulatedActor from, object message)
    {
        switch (message)
        {
            case SinkWrite write:
                Take(write);
                break;
            case BatchEnded ended:
                Finish(ended.Outcome);
                break;
            case SinkProtocol.Nudge:
                state.Nudge();
                break;
            case SinkProtocol.Flush:
                state.Flush();
                break;
            case SinkProtocol.Close close:
                (closes, toRepeat) = (true, []);
                state.Close(close.Ending);
                break;
            case SinkProtocol.Cancel:
                cancelled = true;
                state.GiveUp();
                if (writing)
                {
                    EndWrite(new BatchOutcome(new OperationCanceledException()));
                }

                break;
        }
    }

    void ISinkEffects<SinkWrite, SinkOutput>.Write(OutputBatch<SinkWrite, SinkOutput> closed)
    {
        var given = closed.ToWrite();
        batch = given.Outputs.ToArray();
        Simulation.Books.Rule(!writing, $"the {Name} has two writes at once");
        Simulation.Books.Rule(!state.HasGivenUp, $"the {Name} writes though it is broken or cancelled");
        Simulation.Books.Rule(
            given.Count <= bounds.ItemsMax || (!bounds.Gathers && closed.Parts.Count == 1), $"a batch of {given.Count} outputs");
        Simulation.Books.Rule(given.Count > 0, "an empty batch");
        Simulation.Books.Rule(
            toRepeat.Length == 0 || batch.SequenceEqual(toRepeat), $"the {Name} has written something else before what failed");
        writing = true;
        var write = ++writes;
        if (random.Chance(Simulation.Plan.SinkHanging))
        {
            return;
        }

        After(1 + random.Exponential(10 * Simulation.Plan.HopNanoseconds), () =>
        {
            if (write == writes)
            {
                EndWrite(DrawOutcome(given.Count));
            }
        });
    }

    void IItemAnswers<SinkWrite>.Answer(SinkWrite write, int from, int count, Exception? failure)
    {
        for (var item = from; item < from + count; item++)
        {
            Simulation.Books.Rule(
                write.Answers(item, failure is null, state.HasGivenUp),
                $"item {item} of {write} was answered twice, or otherwise than its outputs: {failure?.Message ?? "written"}");
        }

        var items = write.Items with { From = write.Items.From + from, Count = count };
        if (failure is null)
        {
            Tell(write.ReplyTo, new SinkProtocol.Written(items));
        }
        else if (!state.HasGivenUp)
        {
            Tell(write.ReplyTo, new SinkProtocol.WriteFailed(items, failure, repeats is not null));
        }
    }

    void IItemAnswers<SinkWrite>.Done(SinkWrite write) =>
        Simulation.Books.Rule(write.AllAnswered, $"{write} is done, and not all of it is answered");

    void ISinkEffects<SinkWrite, SinkOutput>.Free(int freed, long freedBytes)
    {
        outputs -= freed;
        bytes -= freedBytes;
        WakeWaiting();
    }

    void ISinkEffects<SinkWrite, SinkOutput>.WakeAfter(TimeSpan delay)
    {
        var set = ++alarms;
        After(1 + (long)delay.TotalNanoseconds, () =>
        {
            if (set == alarms)
            {
                state.Alarm();
            }
        });
    }

    void ISinkEffects<SinkWrite, SinkOutput>.Pause(TimeSpan wait) =>
        Tell(Simulation.Queue, new QueueProtocol.Pause(Name, "its breaker is open", null));

    void ISinkEffects<SinkWrite, SinkOutput>.Probe() => Tell(Simulation.Queue, new QueueProtocol.Probe(Name, 1));

    void ISinkEffects<SinkWrite, SinkOutput>.Resume() => Tell(Simulation.Queue, new QueueProtocol.Resume(Name));

    void ISinkEffects<SinkWrite, SinkOutput>.Close(SinkEnding ending)
    {
        Simulation.Books.Rule(!writing && !state.HasWaiting, $"the {Name} is closed before its last write");
        Simulation.Books.Rule(bytes == 0, $"{bytes} bytes of room were not given back");
        After(Simulation.Network.Delay(), () => Tell(Simulation.Coordinator, new SinkProtocol.Closed(Name, null)));
    }

    protected override void Stopped() => WakeWaiting();

    private void Take(SinkWrite write)
    {
        var taken = Enumerable.Range(0, write.Count).Select(index => new SinkOutput(write, index)).ToArray();
        var sizes = bounds.Gathers ? taken.Select(_ => (int)random.Between(0, 100)).ToArray() : null;
        var keys = Simulation.Plan.SinkKeys > 0 && !failureBreaks
            ? taken.Select(_ => random.Between(1, Simulation.Plan.SinkKeys).ToString(System.Globalization.CultureInfo.InvariantCulture)).ToArray()
            : null;
        bytes += sizes?.Sum() ?? 0;
        state.Write(write, new WriteOutputs<SinkOutput>(
            write.Items.Count, taken, write.Count, sizes?.Sum() ?? 0, write.Ends, keys, sizes));
    }

    private BatchOutcome DrawOutcome(int count) =>
        random.Chance(Simulation.Plan.SinkBreaking) ? new BatchOutcome(new BrokenSinkException("disk full"))
        : failureBreaks || !random.Chance(Simulation.Plan.SinkFailing) ? BatchOutcome.Written
        : random.Chance(0.5) ? new BatchOutcome(new InvalidOperationException("a write failed"))
        : new BatchOutcome(null, DrawFailures(count));

    /// <summary>At least the first fails, as a result in which none does is another.</summary>
    private Exception?[] DrawFailures(int count)
    {
        var failures = new Exception?[count];
        for (var index = 0; index < count; index++)
        {
            failures[index] = index == 0 || random.Chance(0.3) ? new InvalidOperationException("an output failed") : null;
        }

        return failures;
    }

    private void EndWrite(BatchOutcome outcome)
    {
        if (!writing)
        {
            return;
        }

        writing = false;
        for (var index = 0; index < batch.Length; index++)
        {
            batch[index].Write.Ended(batch[index].Index, outcome.Of(index) is null);
        }

        Tell(this, new BatchEnded(outcome));
    }

    private void Finish(BatchOutcome outcome)
    {
        Simulation.Books.Progress();
        if (outcome.FirstFailure is { } failure && !cancelled && !state.HasGivenUp
            && (failureBreaks || outcome.Failure is BrokenSinkException))
        {
            Tell(Simulation.Coordinator, new SinkProtocol.Broken(Name, failure));
            state.GiveUp();
        }

        attempts = toRepeat.Length == 0 ? 1 : attempts + 1;
        toRepeat = repeats is null || attempts == repeats.AttemptsMax || outcome.IsWritten || state.HasGivenUp || closes
            ? []
            : [.. batch.Where((_, index) => outcome.Of(index) is not null)];
        state.Finished(
            outcome,
            outcome.FailedAltogether && random.Chance(Simulation.Plan.SinkBreakerOpening) ? TimeSpan.FromMilliseconds(3) : null);
    }

    private void WakeWaiting()
    {
        Action[] woken = [.. waiting];
        waiting.Clear();
        foreach (var wake in woken)
        {
            wake();
        }
    }

    private sealed record BatchEnded(BatchOutcome Outcome);
}
