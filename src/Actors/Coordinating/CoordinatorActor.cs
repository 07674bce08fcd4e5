using Akka.Actor;
using Akka.Event;
using AkkaPipeline.Consuming;
using AkkaPipeline.Fronting;
using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;
using AkkaPipeline.Sinking;
using AkkaPipeline.Storing;
using AkkaPipeline.Telemetry;
using AkkaPipeline.Timing;

namespace AkkaPipeline.Coordinating;

/// <summary>
/// Role: starts the store, the queue, the sinks, the consumers and the producers, in that order, and ends them.
/// Hears: its user (Complete, Drain, Resize), anybody (PipelineProtocol), its children (Opened, Completed, Joined, Halted,
/// Broken, Closed, PoolIs, PoolStopped …).
/// Tells: its children what to do next; its user, through promises, that it has started and how it ended.
/// States: Opening, then its core's phases: Running, StoppingSources, Joining, Halting, … Ended.
/// Invariant: PoisonPill goes to consumers only after the join; it ends exactly once.
/// </summary>
internal sealed partial class CoordinatorActor<T> : UntypedActor, ICoordinatorEffects
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly PipelineSetup<T> setup;
    private readonly TaskCompletionSource<FrontDoor<T>> started;
    private readonly TaskCompletionSource<Settlement> ended;
    private readonly CoordinatorState state;
    private readonly PipelineRoles<T> roles;
    private readonly ActorTimers timers;
    private readonly HashSet<string> closedSinks = [];
    private readonly HashSet<IActorRef> gone = [];
    private readonly DeadLetterAsks deadLetterAsks = new();
    private readonly Dictionary<long, TaskCompletionSource> resizes = [];
    private readonly long startedAt;
    private long lastResize;
    private long deadlineAt = long.MaxValue;
    private long resumed;
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
        state = new CoordinatorState(this, setup.Sources.Count, setup.EndsWithSources, setup.Limits.Keeps != Durability.None);
        roles = new PipelineRoles<T>(Context, setup);
        timers = new ActorTimers(setup.Time, Self);
    }

    protected override void PostStop()
    {
        timers.Dispose();
        roles.StopSources();
        PipelineNames.In(Context.System).Free(setup.Name, Self.Path.Name);
        var cause = new PipelineFailedException($"The pipeline {setup.Name} was stopped from outside before it had ended.");
        started.TrySetException(cause);
        ended.TrySetException(cause);
        OnResized(lastResize);
        deadLetterAsks.FailAll(DeadLetterDesk<T>.HasEnded(setup.Name));
    }

    /// <summary>A coordinator that has crashed has told its user; it does not begin anew.</summary>
    protected override void PostRestart(Exception reason) => Context.Stop(Self);

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(cause =>
    {
        EngineLog.PartCrashed(setup.Log, setup.Name, FailureReason.Of(cause), FailureReason.Loggable(cause));
        crash ??= cause;
        return Directive.Stop;
    });

    protected override void OnReceive(object received)
    {
        if (!timers.TryTake(received, out var message))
        {
            return;
        }

        var before = state.Phase;
        switch (message)
        {
            case CoordinatorProtocol.ICommand command:
                OnCommand(command);
                break;
            case PipelineProtocol.ICommand command:
                OnControl(command, Sender);
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
                state.Failed($"the {broken.Name} broke: {FailureReason.Of(broken.Cause)}", broken.Cause);
                break;
            case SinkProtocol.Closed closed:
                OnSinkClosed(closed.Name, closed.Failure);
                break;
            case ConsumerProtocol.Resized resized:
                OnResized(resized.Number);
                break;
            case ConsumerProtocol.PoolIs now:
                pool = now;
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
            EngineLog.PhaseBegins(setup.Log, setup.Name, state.Phase.ToString());
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
            case CoordinatorProtocol.Resize resize:
                Resize(resize.Consumers, resize.Answer);
                break;
            case CoordinatorProtocol.IDeadLetterCommand ofDeadLetters:
                roles.Store.Tell(deadLetterAsks.Ask(ofDeadLetters, Self));
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
        else if (deadline != Timeout.InfiniteTimeSpan && Timestamps.After(setup.Time, deadline) is var at && at < deadlineAt)
        {
            // A later call can only make it shorter.
            deadlineAt = at;
            timers.StartSingle(nameof(DeadlinePassed), DeadlinePassed.Instance, deadline);
        }
    }

    private void Resize(int consumers, TaskCompletionSource answer)
    {
        if (gone.Contains(roles.Pool))
        {
            answer.TrySetResult();
            return;
        }

        resizes.Add(++lastResize, answer);
        roles.Pool.Tell(new ConsumerProtocol.Resize(lastResize, consumers));
    }

    private void OnResized(long upTo)
    {
        foreach (var number in resizes.Keys.Where(number => number <= upTo).ToArray())
        {
            resizes.Remove(number, out var answer);
            answer!.TrySetResult();
        }
    }

    private void OnStoreEvent(StoreProtocol.IEvent told)
    {
        switch (told)
        {
            case StoreProtocol.Opened opened:
                resumed = opened.Store.Counts.Settled;
                started.TrySetResult(roles.Start(opened.Store));
                pool = new ConsumerProtocol.PoolIs(setup.CreateWorker is null ? 0 : setup.Consumers, 0);
                roles.Queue.Tell(new QueueProtocol.HaltWhen(setup.Halts));
                state.Started();
                break;
            case StoreProtocol.Failed failed when !started.Task.IsCompleted:
                started.TrySetException(failed.Cause);
                Context.Stop(Self);
                break;
            case StoreProtocol.Failed failed:
                state.StoreFailed($"the store failed: {FailureReason.Of(failed.Cause)}", failed.Cause);
                break;
            case StoreProtocol.Listed listed:
                deadLetterAsks.Answer(listed);
                break;
            case StoreProtocol.Moved moved:
                state.DeadLettersDropped(moved.Counts);
                deadLetterAsks.Answer(moved);
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
                if (!stalled.Stall.Asked)
                {
                    LogStall(stalled.Stall.Reasons);
                }

                state.Stalled(stalled.Stall);
                break;
            case QueueProtocol.Halted halted:
                EngineLog.Halts(setup.Log, setup.Name, halted.Rule);
                state.Halted(halted.Rule);
                break;
            case QueueProtocol.IsShutDown:
                break;
            default:
                Unhandled(told);
                break;
        }
    }

    private void LogStall(IReadOnlyList<string> reasons)
    {
        if (reasons.Count > 0)
        {
            EngineLog.Stalled(setup.Log, setup.Name, FailureReason.Line(string.Join("; ", reasons)));
        }
        else
        {
            EngineLog.NoLongerStalled(setup.Log, setup.Name);
        }
    }

    private void EndPool(ConsumerProtocol.ICommand how)
    {
        if (gone.Contains(roles.Pool))
        {
            Self.Tell(ConsumerProtocol.PoolStopped.Instance);
        }
        else
        {
            roles.Pool.Tell(how);
        }
    }

    private void OnSinkClosed(string name, Exception? failure)
    {
        closeFailure ??= failure;
        closedSinks.Add(name);
        TellIfSinksClosed();
    }

    private void TellSinks(SinkProtocol.ICommand command)
    {
        foreach (var sink in roles.Sinks)
        {
            sink.Tell(command);
        }
    }

    private void TellIfSinksClosed()
    {
        if (closedSinks.Count == roles.Sinks.Count)
        {
            state.SinksClosed(closeFailure);
        }
    }

    private void OnTerminated(IActorRef child)
    {
        if (state.Phase >= PipelinePhase.FinishingProducers)
        {
            if (state.Phase == PipelinePhase.FinishingProducers && roles.WasUnfinished(child) && ReplacedProducer(child))
            {
                return;
            }

            gone.Add(child);
            TellIfProducersFinished();
            storeIsClosed |= child.Equals(roles.Store);
            TellIfClosed();
            return;
        }

        var cause = crash;
        crash = null;
        if (ReplacedProducer(child))
        {
            return;
        }

        gone.Add(child);
        if (child.Equals(roles.Queue))
        {
            state.QueueDied();
            return;
        }

        state.Failed($"{child.Path.Name} died: {(Root(cause) is { } root ? FailureReason.Of(root) : "it was stopped from outside")}", Root(cause));
        if (child.Equals(roles.Pool))
        {
            state.ConsumersStopped();
        }
        else if (roles.Sinks.Contains(child))
        {
            OnSinkClosed(child.Path.Name, Root(cause));
        }
    }

    private bool ReplacedProducer(IActorRef child)
    {
        if (roles.ReplaceProducer(child) is not { } successor)
        {
            return false;
        }

        EngineLog.ProducerReplaced(setup.Log, setup.Name, child.Path.Name);
        if (state.Phase > PipelinePhase.Running)
        {
            successor.Tell(ProducerProtocol.StopReading.Instance);
        }

        if (state.Phase == PipelinePhase.FinishingProducers)
        {
            successor.Tell(ProducerProtocol.Finish.Instance);
        }

        return true;
    }

    private void TellIfClosed()
    {
        if (storeIsClosed && gone.Contains(roles.FrontEnd))
        {
            state.StoreClosed();
        }
    }

    /// <summary>Puts that were confirmed are in the queue before it hears this: the front end passes it on.</summary>
    private void TellAfterPuts(params IReadOnlyList<QueueProtocol.ICommand> commands)
    {
        if (!gone.Contains(roles.FrontEnd))
        {
            roles.FrontEnd.Tell(new FrontEndProtocol.EndPuts(commands));
            return;
        }

        foreach (var command in commands)
        {
            roles.Queue.Tell(command);
        }
    }

    /// <summary>The queue hears this with all that has been put.</summary>
    private void PassOn(QueueProtocol.ICommand command)
    {
        if (gone.Contains(roles.FrontEnd))
        {
            roles.Queue.Tell(command);
        }
        else
        {
            roles.FrontEnd.Tell(new FrontEndProtocol.PassOn(command));
        }
    }

    private void TellIfProducersFinished()
    {
        if (roles.Producers.All(gone.Contains))
        {
            state.ProducersFinished();
        }
    }

    /// <summary>What user code threw, out of what Akka wraps around it when an actor cannot be made.</summary>
    private static Exception? Root(Exception? crash) =>
        crash is ActorInitializationException or WorkerNotMadeException or System.Reflection.TargetInvocationException or TypeLoadException
            && crash.InnerException is { } inner
            ? Root(inner)
            : crash;

    void ICoordinatorEffects.StopReading()
    {
        foreach (var producer in roles.Producers)
        {
            producer.Tell(ProducerProtocol.StopReading.Instance);
        }
    }

    void ICoordinatorEffects.ShutDownAndJoin()
    {
        TellSinks(SinkProtocol.Flush.Instance);
        TellAfterPuts(new QueueProtocol.ShutDown(Self, Immediate: false), new QueueProtocol.Join(Self, 0));
    }

    void ICoordinatorEffects.CancelRunning()
    {
        TellSinks(SinkProtocol.Flush.Instance);
        TellAfterPuts(new QueueProtocol.StopGranting(Self));
        roles.Pool.Tell(ConsumerProtocol.Cancel.Instance);
    }

    void ICoordinatorEffects.StopGranting()
    {
        TellSinks(SinkProtocol.Flush.Instance);
        TellAfterPuts(new QueueProtocol.StopGranting(Self));
        roles.Pool.Tell(ConsumerProtocol.HandBack.Instance);
    }

    void ICoordinatorEffects.AskWhetherStalled() => PassOn(QueueProtocol.TellStall.Instance);

    void ICoordinatorEffects.ReleaseAll(bool waitsForCommit) =>
        roles.Queue.Tell(new QueueProtocol.ReleaseAll(Self, waitsForCommit));

    void ICoordinatorEffects.PoisonConsumers() => EndPool(ConsumerProtocol.PoisonAll.Instance);

    void ICoordinatorEffects.StopConsumers() => EndPool(ConsumerProtocol.StopAll.Instance);

    void ICoordinatorEffects.CloseSinks(SinkEnding ending)
    {
        TellSinks(new SinkProtocol.Close(ending));
        TellIfSinksClosed();
    }

    void ICoordinatorEffects.CancelSinks() => TellSinks(SinkProtocol.Cancel.Instance);

    void ICoordinatorEffects.FinishProducers()
    {
        foreach (var producer in roles.Producers)
        {
            producer.Tell(ProducerProtocol.Finish.Instance);
        }

        TellIfProducersFinished();
    }

    void ICoordinatorEffects.StopQueue()
    {
        // The front end hands on what the queue has answered before it stops: stopping it outright would overtake that.
        roles.FrontEnd.Tell(PoisonPill.Instance);
        Context.Stop(roles.Queue);
    }

    void ICoordinatorEffects.CloseStore()
    {
        if (gone.Contains(roles.Store))
        {
            Self.Tell(StoreProtocol.Closed.Instance);
        }
        else
        {
            roles.Store.Tell(StoreProtocol.Close.Instance);
        }
    }

    void ICoordinatorEffects.StartGrace() =>
        timers.StartSingle(nameof(GracePassed), GracePassed.Instance, Grace, TimeProvider.System);

    void ICoordinatorEffects.Ended(
        PipelineOutcome outcome, bool sourcesEnded, QueueCounts? counts, IReadOnlyList<string> reasons, Exception? cause)
    {
        PipelineNames.In(Context.System).Free(setup.Name, Self.Path.Name);
        var elapsed = setup.Time.GetElapsedTime(startedAt);
        var settlement = counts is { } known
            ? Settlement.Of(setup.Name, outcome, known, elapsed) with
            {
                SourcesEnded = sourcesEnded,
                Reasons = reasons,
                HaltedKeys = state.HaltedKeys,
                Resumed = resumed,
            }
            : null;
        if (outcome == PipelineOutcome.Failed || settlement is null)
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

    private sealed record DeadlinePassed : IDeadLetterSuppression, INoSerializationVerificationNeeded
    {
        public static DeadlinePassed Instance { get; } = new();
    }

    private sealed record GracePassed : IDeadLetterSuppression, INoSerializationVerificationNeeded
    {
        public static GracePassed Instance { get; } = new();
    }
}
