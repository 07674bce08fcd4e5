using Akka.Actor;
using Akka.Event;
using AkkaPipeline.Consuming;
using AkkaPipeline.Fronting;
using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;
using AkkaPipeline.Sinking;
using AkkaPipeline.Storing;

namespace AkkaPipeline.Coordinating;

/// <summary>
/// Role: starts the store, the queue, the sinks, the consumers and the producers, in that order, and ends them.
/// Hears: its user (Complete, Drain), its children (Opened, Completed, Joined, Stalled, Broken, Closed, PoolStopped …).
/// Tells: its children what to do next; its user, through promises, that it has started and how it ended.
/// States: Opening, then its core's phases: Running, StoppingSources, Joining, … Ended.
/// Invariant: PoisonPill goes to consumers only after the join; it ends exactly once.
/// </summary>
internal sealed class CoordinatorActor<T> : UntypedActor, ICoordinatorEffects, IWithTimers
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly PipelineSetup<T> setup;
    private readonly TaskCompletionSource<FrontDoor<T>> started;
    private readonly TaskCompletionSource<Settlement> ended;
    private readonly CoordinatorState state;
    private readonly List<IActorRef> sinks = [];
    private readonly List<IActorRef> producers = [];
    private readonly HashSet<string> openSinks = [];
    private readonly HashSet<IActorRef> gone = [];
    private readonly Queue<TaskCompletionSource<IReadOnlyList<object>>> deadLetterAsks = new();
    private readonly ILoggingAdapter log = Context.GetLogger();
    private readonly long startedAt;
    private IActorRef store = ActorRefs.Nobody;
    private IActorRef queue = ActorRefs.Nobody;
    private IActorRef pool = ActorRefs.Nobody;
    private IActorRef frontEnd = ActorRefs.Nobody;
    private bool storeIsClosed;
    private Exception? closeFailure;
    private Exception? crash;

    public CoordinatorActor(
        PipelineSetup<T> setup, TaskCompletionSource<FrontDoor<T>> started, TaskCompletionSource<Settlement> ended)
    {
        this.setup = setup;
        this.started = started;
        this.ended = ended;
        startedAt = setup.Time.GetTimestamp();
        state = new CoordinatorState(this, setup.Sources.Count, setup.EndsWithSources);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        store = Context.ActorOf(Props.Create(() => new StoreActor(setup.Name, setup.Store)), "store");
        Context.Watch(store);
    }

    protected override void PostStop()
    {
        PipelineNames.In(Context.System).Free(setup.Name, Self.Path.Name);
        var cause = new PipelineFailedException($"The pipeline {setup.Name} was stopped from outside before it had ended.");
        started.TrySetException(cause);
        ended.TrySetException(cause);
        while (deadLetterAsks.TryDequeue(out var asked))
        {
            asked.TrySetException(cause);
        }
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(cause =>
    {
        log.Error(cause, "A part of {0} has crashed: {1}", setup.Name, cause.Message);
        crash ??= cause;
        return Directive.Stop;
    });

    protected override void OnReceive(object message)
    {
        var before = state.Phase;
        switch (message)
        {
            case CoordinatorProtocol.ICommand command:
                OnCommand(command);
                break;
            case StoreProtocol.IEvent told:
                OnStoreEvent(told);
                break;
            case QueueProtocol.IEvent told:
                OnQueueEvent(told);
                break;
            case ProducerProtocol.Completed completed:
                state.SourceCompleted(completed.Producer, completed.ReadToEnd, completed.Failure);
                break;
            case SinkProtocol.Broken broken:
                state.Failed($"the {broken.Name} broke: {broken.Cause.Message}", broken.Cause);
                break;
            case SinkProtocol.Closed closed:
                OnSinkClosed(closed.Name, closed.Failure);
                break;
            case ConsumerProtocol.PoolStopped:
                state.ConsumersStopped();
                break;
            case Terminated terminated:
                OnTerminated(terminated.ActorRef);
                break;
            case DeadlinePassed:
                state.DeadlinePassed();
                break;
            case GracePassed:
                state.GracePassed();
                break;
            default:
                Unhandled(message);
                break;
        }

        if (state.Phase != before)
        {
            log.Debug("{0}: {1}", setup.Name, state.Phase);
        }
    }

    private void OnCommand(CoordinatorProtocol.ICommand command)
    {
        switch (command)
        {
            case CoordinatorProtocol.Complete:
                state.Complete();
                break;
            case CoordinatorProtocol.Drain drain:
                Drain(drain.Deadline);
                break;
            case CoordinatorProtocol.GetDeadLetters get:
                deadLetterAsks.Enqueue(get.Answer);
                store.Tell(new StoreProtocol.GetDeadLetters(Self));
                break;
            default:
                Unhandled(command);
                break;
        }
    }

    private void Drain(TimeSpan deadline)
    {
        state.Drain();
        if (deadline == TimeSpan.Zero)
        {
            state.DeadlinePassed();
        }
        else if (deadline != Timeout.InfiniteTimeSpan && !Timers.IsTimerActive(nameof(DeadlinePassed)))
        {
            Timers.StartSingleTimer(nameof(DeadlinePassed), DeadlinePassed.Instance, deadline);
        }
    }

    private void OnStoreEvent(StoreProtocol.IEvent told)
    {
        switch (told)
        {
            case StoreProtocol.Opened opened:
                Start(opened.Store);
                break;
            case StoreProtocol.Failed failed when !started.Task.IsCompleted:
                started.TrySetException(failed.Cause);
                Context.Stop(Self);
                break;
            case StoreProtocol.Failed failed:
                state.Failed($"the store failed: {failed.Cause.Message}", failed.Cause);
                break;
            case StoreProtocol.DeadLetters deadLetters:
                deadLetterAsks.Dequeue().TrySetResult(deadLetters.Items);
                break;
            case StoreProtocol.Closed:
                storeIsClosed = true;
                TellIfClosed();
                break;
            default:
                Unhandled(told);
                break;
        }
    }

    private void OnQueueEvent(QueueProtocol.IEvent told)
    {
        switch (told)
        {
            case QueueProtocol.Joined joined:
                state.Joined(joined.Counts);
                break;
            case QueueProtocol.Quiet:
                state.Quiet();
                break;
            case QueueProtocol.AllReleased released:
                state.Released(released.Counts);
                break;
            case QueueProtocol.Stalled stalled:
                log.Warning("{0} is stalled: {1}", setup.Name, string.Join("; ", stalled.Reasons));
                state.Stalled(stalled.Reasons);
                break;
            case QueueProtocol.IsShutDown:
                break;
            default:
                Unhandled(told);
                break;
        }
    }

    private void Start(StoreOpened opened)
    {
        var measures = new ItemMeasures<T>(setup.Order.PriorityOf, setup.SizeOf);
        var buffers = new ItemBufferPool<T>(measures);
        var room = new SinkRoom(outputsMax: 32_768, bytesMax: 16L * 1024 * 1024);
        var limits = setup.DeadLetters is null ? setup.Limits : setup.Limits with { DeadLettersMax = long.MaxValue / 2 };
        queue = Watched(
            Props.Create(() => new QueueActor(opened, limits, setup.Order.Create(), store, setup.Time)), "queue");
        var sink = setup.Sink is null ? ActorRefs.Nobody : AddSink("sink", setup.Sink(room));
        var deadLetters = Route(room);
        pool = Watched(
            Props.Create(() => new ConsumerPoolActor<T>(queue, Consumers(sink, room, deadLetters))), "consumers");
        var door = OpenFrontDoor(buffers);
        var directPuts = new ProducerKey(setup.Sources.Count, 1);
        frontEnd = Watched(
            Props.Create(() => new FrontEndActor<T>(door, directPuts, queue, deadLetters)), "front-end");
        door.FrontEnd = frontEnd;
        StartProducers(buffers);
        started.TrySetResult(door);
        state.Started();
    }

    private FrontDoor<T> OpenFrontDoor(ItemBufferPool<T> buffers)
    {
        FrontDoor<T> door = null!;
        var puts = new PutBuffer<T>(buffers, flush =>
            door.Tell(flush ? FrontEndProtocol.Flush.Instance : FrontEndProtocol.PutsWait.Instance));
        door = new FrontDoor<T>(
            setup.Name, puts, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        return door;
    }

    private DeadLetterRoute<T> Route(SinkRoom room)
    {
        if (setup.DeadLetters is not { } writer)
        {
            return new DeadLetterRoute<T>(null, room);
        }

        const string Name = "dead letters";
        var props = Props.Create(() => new SinkActor<DeadLetteredItem<T>>(Name, writer, room, true));
        return new DeadLetterRoute<T>(AddSink(Name, props), room);
    }

    private ConsumerSetup<T> Consumers(IActorRef sink, SinkRoom room, DeadLetterRoute<T> deadLetters) => new(
        setup.Name,
        setup.CreateWorker is null ? 0 : setup.Consumers,
        setup.Threads,
        consumer => setup.CreateWorker!(consumer, sink, room),
        deadLetters,
        setup.Inside);

    private void StartProducers(ItemBufferPool<T> buffers)
    {
        for (var index = 0; index < setup.Sources.Count; index++)
        {
            var key = new ProducerKey(index, 1);
            var source = setup.Sources[index];
            producers.Add(Watched(
                Props.Create(() => new ProducerActor<T>(key, queue, source.CreatePump(buffers), source.Settled)),
                $"producer-{index}"));
        }
    }

    private IActorRef AddSink(string name, Props props)
    {
        var sink = Watched(props, name.Replace(' ', '-'));
        sinks.Add(sink);
        openSinks.Add(name);
        return sink;
    }

    private static IActorRef Watched(Props props, string name)
    {
        var child = Context.ActorOf(props, name);
        Context.Watch(child);
        return child;
    }

    private void EndPool(ConsumerProtocol.ICommand how)
    {
        if (gone.Contains(pool))
        {
            Self.Tell(ConsumerProtocol.PoolStopped.Instance);
        }
        else
        {
            pool.Tell(how);
        }
    }

    private void OnSinkClosed(string name, Exception? failure)
    {
        closeFailure ??= failure;
        openSinks.Remove(name);
        if (openSinks.Count == 0)
        {
            state.SinksClosed(closeFailure);
        }
    }

    private void OnTerminated(IActorRef child)
    {
        if (state.Phase >= PipelinePhase.FinishingProducers)
        {
            gone.Add(child);
            TellIfProducersFinished();
            storeIsClosed |= child.Equals(store);
            TellIfClosed();
            return;
        }

        var cause = crash;
        crash = null;
        gone.Add(child);
        if (child.Equals(queue))
        {
            state.QueueDied();
            return;
        }

        state.Failed($"{child.Path.Name} died: {Root(cause)?.Message ?? "it was stopped from outside"}", Root(cause));
        if (child.Equals(pool))
        {
            state.ConsumersStopped();
        }
        else if (sinks.Contains(child))
        {
            OnSinkClosed(child.Path.Name.Replace('-', ' '), Root(cause));
        }
    }

    private void TellIfClosed()
    {
        if (storeIsClosed && gone.Contains(frontEnd))
        {
            state.StoreClosed();
        }
    }

    /// <summary>Puts that were confirmed are in the queue before it hears this: the front end passes it on.</summary>
    private void TellAfterPuts(params IReadOnlyList<QueueProtocol.ICommand> commands)
    {
        if (!gone.Contains(frontEnd))
        {
            frontEnd.Tell(new FrontEndProtocol.EndPuts(commands));
            return;
        }

        foreach (var command in commands)
        {
            queue.Tell(command);
        }
    }

    private void TellIfProducersFinished()
    {
        if (producers.TrueForAll(gone.Contains))
        {
            state.ProducersFinished();
        }
    }

    /// <summary>What user code threw, out of what Akka wraps around it when an actor cannot be made.</summary>
    private static Exception? Root(Exception? crash) =>
        crash is ActorInitializationException or System.Reflection.TargetInvocationException or TypeLoadException
            && crash.InnerException is { } inner
            ? Root(inner)
            : crash;

    void ICoordinatorEffects.StopReading()
    {
        foreach (var producer in producers)
        {
            producer.Tell(ProducerProtocol.StopReading.Instance);
        }
    }

    void ICoordinatorEffects.ShutDownAndJoin() =>
        TellAfterPuts(new QueueProtocol.ShutDown(Self, Immediate: false), new QueueProtocol.Join(Self, 0));

    void ICoordinatorEffects.CancelRunning()
    {
        TellAfterPuts(new QueueProtocol.StopGranting(Self));
        pool.Tell(ConsumerProtocol.Cancel.Instance);
    }

    void ICoordinatorEffects.ReleaseAll() => queue.Tell(new QueueProtocol.ReleaseAll(Self));

    void ICoordinatorEffects.PoisonConsumers() => EndPool(ConsumerProtocol.PoisonAll.Instance);

    void ICoordinatorEffects.StopConsumers() => EndPool(ConsumerProtocol.StopAll.Instance);

    void ICoordinatorEffects.CloseSinks(SinkEnding ending)
    {
        foreach (var sink in sinks)
        {
            sink.Tell(new SinkProtocol.Close(ending));
        }

        if (openSinks.Count == 0)
        {
            state.SinksClosed(closeFailure);
        }
    }

    void ICoordinatorEffects.CancelSinks()
    {
        foreach (var sink in sinks)
        {
            sink.Tell(SinkProtocol.Cancel.Instance);
        }
    }

    void ICoordinatorEffects.FinishProducers()
    {
        foreach (var producer in producers)
        {
            producer.Tell(ProducerProtocol.Finish.Instance);
        }

        TellIfProducersFinished();
    }

    void ICoordinatorEffects.StopQueue()
    {
        // The front end hands on what the queue has answered before it stops: stopping it outright would overtake that.
        frontEnd.Tell(PoisonPill.Instance);
        Context.Stop(queue);
    }

    void ICoordinatorEffects.CloseStore()
    {
        if (gone.Contains(store))
        {
            Self.Tell(StoreProtocol.Closed.Instance);
        }
        else
        {
            store.Tell(StoreProtocol.Close.Instance);
        }
    }

    void ICoordinatorEffects.StartGrace() =>
        Timers.StartSingleTimer(nameof(GracePassed), GracePassed.Instance, Grace);

    void ICoordinatorEffects.Ended(
        PipelineOutcome outcome, bool sourcesEnded, QueueCounts counts, IReadOnlyList<string> reasons, Exception? cause)
    {
        PipelineNames.In(Context.System).Free(setup.Name, Self.Path.Name);
        var settlement = new Settlement
        {
            Pipeline = setup.Name,
            Outcome = outcome,
            Accepted = counts.Accepted,
            Acked = counts.Acked,
            DeadLettered = counts.DeadLettered,
            Dropped = counts.Dropped,
            Released = counts.Released,
            SourcesEnded = sourcesEnded,
            Elapsed = setup.Time.GetElapsedTime(startedAt),
            Reasons = reasons,
        };
        if (outcome == PipelineOutcome.Failed)
        {
            ended.TrySetException(new PipelineFailedException(
                $"The pipeline {setup.Name} failed: {string.Join("; ", reasons)}", cause)
            { Settlement = settlement });
        }
        else
        {
            ended.TrySetResult(settlement);
        }

        Context.Stop(Self);
    }

    private sealed record DeadlinePassed
    {
        public static DeadlinePassed Instance { get; } = new();
    }

    private sealed record GracePassed
    {
        public static GracePassed Instance { get; } = new();
    }
}
