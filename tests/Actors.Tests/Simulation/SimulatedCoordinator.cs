using AkkaPipeline.Consuming;
using AkkaPipeline.Coordinating;
using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;
using AkkaPipeline.Sinking;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>The coordinator's shell.</summary>
internal sealed class SimulatedCoordinator : SimulatedActor, ICoordinatorEffects
{
    private const long Grace = 100 * VirtualTime.Millisecond;

    private readonly CoordinatorState state;
    private readonly HashSet<string> openSinks = [];
    private readonly HashSet<SimulatedActor> gone = [];
    private bool deadlineRuns;
    private int graces;
    private long resizes;

    public SimulatedCoordinator(Simulation simulation)
        : base(simulation, "coordinator")
    {
        state = new CoordinatorState(
            simulation.Mutant.Wrap((ICoordinatorEffects)this), simulation.Plan.Producers, simulation.Plan.EndsWithSources);
    }

    public PipelinePhase Phase => state.Phase;

    public bool HasJoined { get; private set; }

    public QueueCounts? Counts { get; private set; }

    public PipelineOutcome Outcome { get; private set; }

    public IReadOnlyList<string> Reasons { get; private set; } = [];

    /// <summary>Why the queue ever said that nothing moved.</summary>
    public HashSet<string> StallReasons { get; } = [];

    /// <summary>How many resizes have not been answered.</summary>
    public long ResizesOpen { get; private set; }

    public void Start()
    {
        foreach (var sink in Simulation.Sinks)
        {
            openSinks.Add(sink.Name);
            sink.Watch(this, new Gone(sink));
        }

        Simulation.Queue.Watch(this, new Gone(Simulation.Queue));
        Simulation.Pool.Watch(this, new Gone(Simulation.Pool));
        state.Started();
    }

    public void DeadLettersDropped(QueueCounts counts) => state.DeadLettersDropped(counts);

    public void Complete() => state.Complete();

    public void Drain(long deadline)
    {
        state.Drain();
        if (deadline == 0)
        {
            state.DeadlinePassed();
        }
        else if (deadline > 0 && !deadlineRuns)
        {
            deadlineRuns = true;
            After(deadline, state.DeadlinePassed);
        }
    }

    public void Resize(int consumers)
    {
        if (state.Phase < PipelinePhase.StoppingConsumers)
        {
            Simulation.Trace.Note("resizes", Name, $"{consumers}");
            ResizesOpen++;
            Tell(Simulation.Pool, new ConsumerProtocol.Resize(++resizes, consumers));
        }
    }

    public override void Receive(SimulatedActor from, object message)
    {
        var before = state.Phase;
        switch (message)
        {
            case QueueProtocol.Joined joined:
                HasJoined = true;
                state.Joined(joined.Counts);
                break;
            case QueueProtocol.Quiet:
                state.Quiet();
                break;
            case QueueProtocol.AllReleased released:
                state.Released(released.Counts);
                break;
            case QueueProtocol.Halted halted:
                state.Halted(halted.Rule);
                break;
            case QueueProtocol.Stalled stalled:
                Simulation.Trace.Note("stalls", Name, string.Join("; ", stalled.Stall.Reasons));
                StallReasons.UnionWith(stalled.Stall.Reasons);
                state.Stalled(stalled.Stall);
                break;
            case ProducerProtocol.Completed completed:
                state.SourceCompleted(completed.Producer, completed.ReadToEnd, completed.Failure);
                break;
            case SinkProtocol.Broken broken:
                state.Failed($"the {broken.Name} broke", broken.Cause);
                break;
            case SinkProtocol.Closed closed:
                OnSinkClosed(closed.Name);
                break;
            case ConsumerProtocol.Resized resized:
                ResizesOpen = resizes - resized.Number;
                break;
            case ConsumerProtocol.PoolStopped:
                state.ConsumersStopped();
                break;
            case Gone dead:
                OnGone(dead.Actor);
                break;
        }

        if (state.Phase != before)
        {
            Simulation.Trace.Note("is now", Name, state.Phase.ToString());
            Simulation.Books.Progress();
        }
    }

    public void WatchProducer(SimulatedProducer producer) => producer.Watch(this, new Gone(producer));

    void ICoordinatorEffects.StopReading()
    {
        foreach (var producer in Simulation.Producers)
        {
            Tell(producer, ProducerProtocol.StopReading.Instance);
        }
    }

    void ICoordinatorEffects.ShutDownAndJoin()
    {
        FlushSinks();
        Tell(Simulation.Queue, new QueueProtocol.ShutDown(null!, Immediate: false));
        Tell(Simulation.Queue, new QueueProtocol.Join(null!, 0));
    }

    void ICoordinatorEffects.CancelRunning()
    {
        FlushSinks();
        Tell(Simulation.Queue, new QueueProtocol.StopGranting(null!));
        Tell(Simulation.Pool, ConsumerProtocol.Cancel.Instance);
    }

    void ICoordinatorEffects.StopGranting()
    {
        FlushSinks();
        Tell(Simulation.Queue, new QueueProtocol.StopGranting(null!));
        Tell(Simulation.Pool, ConsumerProtocol.HandBack.Instance);
    }

    void ICoordinatorEffects.AskWhetherStalled() => Tell(Simulation.Queue, QueueProtocol.TellStall.Instance);

    void ICoordinatorEffects.ReleaseAll(bool waitsForCommit) => Tell(Simulation.Queue, new QueueProtocol.ReleaseAll(null!));

    void ICoordinatorEffects.PoisonConsumers() => EndPool(ConsumerProtocol.PoisonAll.Instance);

    void ICoordinatorEffects.StopConsumers() => EndPool(ConsumerProtocol.StopAll.Instance);

    void ICoordinatorEffects.CloseSinks(SinkEnding ending)
    {
        foreach (var sink in Simulation.Sinks)
        {
            Tell(sink, new SinkProtocol.Close(ending));
        }

        if (openSinks.Count == 0)
        {
            state.SinksClosed(null);
        }
    }

    void ICoordinatorEffects.CancelSinks()
    {
        foreach (var sink in Simulation.Sinks)
        {
            Tell(sink, SinkProtocol.Cancel.Instance);
        }
    }

    void ICoordinatorEffects.FinishProducers()
    {
        foreach (var producer in Simulation.Producers)
        {
            Tell(producer, ProducerProtocol.Finish.Instance);
        }

        TellIfProducersFinished();
    }

    void ICoordinatorEffects.StopQueue()
    {
        Simulation.FrontEnd.Die("stopped");
        Simulation.Queue.Die("stopped");
    }

    void ICoordinatorEffects.CloseStore() => Simulation.Store.Close(() => After(Simulation.Network.Delay(), state.StoreClosed));

    void ICoordinatorEffects.StartGrace()
    {
        var grace = ++graces;
        After(Grace, () =>
        {
            if (grace == graces)
            {
                state.GracePassed();
            }
        });
    }

    void ICoordinatorEffects.Ended(
        PipelineOutcome outcome, bool sourcesEnded, QueueCounts? counts, IReadOnlyList<string> reasons, Exception? cause)
    {
        Simulation.Books.Rule(Counts is null, "the pipeline ended twice");
        (Outcome, Counts, Reasons) = (outcome, counts ?? default, reasons);
    }

    private void EndPool(ConsumerProtocol.ICommand how)
    {
        if (gone.Contains(Simulation.Pool))
        {
            Tell(this, ConsumerProtocol.PoolStopped.Instance);
        }
        else
        {
            Tell(Simulation.Pool, how);
        }
    }

    private void FlushSinks()
    {
        foreach (var sink in Simulation.Sinks)
        {
            Tell(sink, SinkProtocol.Flush.Instance);
        }
    }

    private void OnSinkClosed(string name)
    {
        openSinks.Remove(name);
        if (openSinks.Count == 0)
        {
            state.SinksClosed(null);
        }
    }

    private void OnGone(SimulatedActor child)
    {
        gone.Add(child);
        if (state.Phase >= PipelinePhase.FinishingProducers)
        {
            TellIfProducersFinished();
        }
        else if (child is SimulatedProducer producer && Simulation.Plan.RestartsProducers)
        {
            Simulation.Restart(producer);
        }
        else if (child == Simulation.Queue)
        {
            state.QueueDied();
        }
        else
        {
            OnFailed(child);
        }
    }

    private void OnFailed(SimulatedActor child)
    {
        state.Failed($"{child.Name} died", null);
        if (child == Simulation.Pool)
        {
            state.ConsumersStopped();
        }
        else if (child is SimulatedSink)
        {
            OnSinkClosed(child.Name);
        }
    }

    private void TellIfProducersFinished()
    {
        if (Simulation.Producers.All(gone.Contains))
        {
            state.ProducersFinished();
        }
    }

    private sealed record Gone(SimulatedActor Actor);
}
