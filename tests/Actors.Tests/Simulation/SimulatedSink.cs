using AkkaPipeline.Sinking;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>A sink's shell with the user's sink, which is slow, fails, hangs until it is cancelled, or breaks for good.</summary>
internal sealed class SimulatedSink : SimulatedActor, ISinkEffects<SinkWrite>
{
    private const int OutputsMax = 64;

    private readonly bool failureBreaks;
    private readonly SeededRandom random;
    private readonly SinkState<SinkWrite> state;
    private readonly List<Action> waiting = [];
    private int outputs;
    private long writes;
    private bool writing;
    private bool broken;
    private bool cancelled;

    public SimulatedSink(Simulation simulation, string name, bool failureBreaks)
        : base(simulation, name)
    {
        this.failureBreaks = failureBreaks;
        random = simulation.Random.Fork();
        state = new SinkState<SinkWrite>(OutputsMax, simulation.Mutant.Wrap((ISinkEffects<SinkWrite>)this));
    }

    /// <summary>Calls back once there is room for outputs.</summary>
    /// <returns>Whether there is room now.</returns>
    public bool HasRoom(Action once)
    {
        if (outputs < Simulation.Plan.SinkRoom || IsDead)
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
            outputs <= Simulation.Plan.SinkRoom + Simulation.OutputsBeyondRoom,
            $"{outputs} outputs are on their way to the {Name}");
    }

    public override void Receive(SimulatedActor from, object message)
    {
        switch (message)
        {
            case SinkWrite write:
                state.Write(write, write.Items.Count, write.Count, write.Ends);
                break;
            case BatchEnded ended:
                Finish(ended.Outcome);
                break;
            case SinkProtocol.Close close:
                state.Close(close.Ending);
                break;
            case SinkProtocol.Cancel:
                cancelled = true;
                if (writing)
                {
                    EndWrite(new BatchOutcome(new OperationCanceledException()));
                }

                break;
        }
    }

    void ISinkEffects<SinkWrite>.Write(IReadOnlyList<SinkWrite> batch, int count, BatchClosedBy closedBy)
    {
        Simulation.Books.Rule(!writing, $"the {Name} has two writes at once");
        Simulation.Books.Rule(count <= OutputsMax || batch.Count == 1, $"a batch of {count} outputs");
        writing = true;
        var write = ++writes;
        if (broken || cancelled)
        {
            EndWrite(new BatchOutcome(new BrokenSinkException("broke before")));
            return;
        }

        if (random.Chance(Simulation.Plan.SinkHanging))
        {
            return;
        }

        After(1 + random.Exponential(10 * Simulation.Plan.HopNanoseconds), () =>
        {
            if (write == writes)
            {
                EndWrite(DrawOutcome(count));
            }
        });
    }

    void IItemAnswers<SinkWrite>.Answer(SinkWrite write, int from, int count, Exception? failure)
    {
        var items = write.Items with { From = write.Items.From + from, Count = count };
        if (failure is null)
        {
            Tell(write.ReplyTo, new SinkProtocol.Written(items));
        }
        else if (!broken)
        {
            Tell(write.ReplyTo, new SinkProtocol.WriteFailed(items, failure));
        }
    }

    void ISinkEffects<SinkWrite>.Done(SinkWrite write)
    {
        outputs -= write.Count;
        WakeWaiting();
    }

    void ISinkEffects<SinkWrite>.Close(SinkEnding ending)
    {
        Simulation.Books.Rule(!writing && state.Waiting == 0, $"the {Name} is closed before its last write");
        After(Simulation.Network.Delay(), () => Tell(Simulation.Coordinator, new SinkProtocol.Closed(Name, null)));
    }

    protected override void Stopped() => WakeWaiting();

    private BatchOutcome DrawOutcome(int count) =>
        random.Chance(Simulation.Plan.SinkBreaking) ? new BatchOutcome(new BrokenSinkException("disk full"))
        : failureBreaks || !random.Chance(Simulation.Plan.SinkFailing) ? BatchOutcome.Written
        : random.Chance(0.5) ? new BatchOutcome(new InvalidOperationException("a write failed"))
        : new BatchOutcome(null, DrawFailures(count));

    private Exception?[]? DrawFailures(int count)
    {
        var failures = new Exception?[count];
        foreach (ref var failure in failures.AsSpan())
        {
            failure = random.Chance(0.3) ? new InvalidOperationException("an output failed") : null;
        }

        return failures;
    }

    private void EndWrite(BatchOutcome outcome)
    {
        if (writing)
        {
            writing = false;
            Tell(this, new BatchEnded(outcome));
        }
    }

    private void Finish(BatchOutcome outcome)
    {
        Simulation.Books.Progress();
        if (outcome.FirstFailure is not null && cancelled)
        {
            broken = true;
        }
        else if (outcome.FirstFailure is { } failure && !broken)
        {
            broken = failureBreaks || failure is BrokenSinkException;
            if (broken)
            {
                Tell(Simulation.Coordinator, new SinkProtocol.Broken(Name, failure));
            }
        }

        state.Finished(outcome);
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
