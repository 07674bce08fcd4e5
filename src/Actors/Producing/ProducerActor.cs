using Akka.Actor;
using Akka.Event;
using AkkaPipeline.Queueing;
using AkkaPipeline.Timing;

namespace AkkaPipeline.Producing;

/// <summary>
/// Role: reads one source against credit and offers its items to the queue. One that dies is replaced by another, of a
/// higher incarnation, that goes on with the same <see cref="SourceReading{T}"/>.
/// Hears: the queue (Credit, Recall, SettledRun), its pump, the coordinator (StopReading, Finish).
/// Tells: the queue (Demand, Offer, Yield, Noted), the coordinator (Completed).
/// States: Reading, Ended.
/// Invariant: it offers nothing without credit and forgets no offer before it is accepted.
/// </summary>
internal sealed class ProducerActor<T> : UntypedActor
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(1);

    private readonly ProducerKey key;
    private readonly SourceReading<T> source;
    private readonly ActorTimers timers;
    private bool finishing;

    public ProducerActor(ProducerKey key, SourceReading<T> source, TimeProvider time)
    {
        this.key = key;
        this.source = source;
        timers = new ActorTimers(time, Self);
    }

    protected override void PreStart()
    {
        timers.StartPeriodic(nameof(Look), Look.Instance, LookInterval, TimeProvider.System);
        if (source.IsStopping)
        {
            StopReading();
        }

        source.Begin(key, Self);
        RestIfOver();
    }

    /// <summary>The source is left as it is: whoever comes after this goes on with it.</summary>
    protected override void PostStop() => timers.Dispose();

    protected override void OnReceive(object received)
    {
        if (!timers.TryTake(received, out var message))
        {
            return;
        }

        switch (message)
        {
            case SourceReading<T>.HasSomethingToSay:
                source.Listen();
                RestIfOver();
                break;
            case QueueProtocol.Credit credit when credit.Producer == key:
                source.Credit(credit.Standing);
                FinishIfDue();
                if (credit.Standing.ShutDown)
                {
                    StopReading();
                }

                break;
            case QueueProtocol.Recall recall when recall.Producer == key:
                source.Recall(recall.Version);
                break;
            case QueueProtocol.SettledRun run when run.Producer == key:
                source.SettledRun(run.Number, run.First, run.Count);
                break;
            case Look:
                source.OfferWhatHasGathered();
                break;
            case GiveUp when !source.HasEnded:
                source.GiveUp(StopGrace);
                RestIfOver();
                break;
            case GiveUp:
                break;
            case ProducerProtocol.StopReading:
                StopReading();
                break;
            case ProducerProtocol.Finish:
                finishing = true;
                FinishIfDue();
                break;
            case Finished:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void StopReading()
    {
        source.StopReading();
        if (!source.HasEnded)
        {
            timers.StartSingle(nameof(GiveUp), GiveUp.Instance, StopGrace);
        }
    }

    private void RestIfOver()
    {
        if (source.HasEnded)
        {
            timers.CancelAll();
        }
    }

    /// <summary>What its source still has to hear comes first.</summary>
    private void FinishIfDue()
    {
        if (!finishing || source.IsBehind)
        {
            return;
        }

        finishing = false;
        var self = Self;
        source.FinishAsync().ContinueWith(
            _ => self.Tell(Finished.Instance), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private sealed record GiveUp : IDeadLetterSuppression, INoSerializationVerificationNeeded
    {
        public static GiveUp Instance { get; } = new();
    }

    private sealed record Look : IDeadLetterSuppression, INoSerializationVerificationNeeded
    {
        public static Look Instance { get; } = new();
    }

    private sealed record Finished : IDeadLetterSuppression, INoSerializationVerificationNeeded
    {
        public static Finished Instance { get; } = new();
    }
}
