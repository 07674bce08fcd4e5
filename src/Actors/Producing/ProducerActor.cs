using System.Threading.Channels;
using Akka.Actor;
using Akka.Event;
using AkkaPipeline.Queueing;
using AkkaPipeline.Timing;

namespace AkkaPipeline.Producing;

/// <summary>
/// Role: reads one source against credit and offers its items to the queue.
/// Hears: the queue (Credit, Recall, SettledRun), its pump, the coordinator (StopReading, Finish).
/// Tells: the queue (Demand, Offer, Yield, Noted), the coordinator (Completed).
/// States: Reading, Ended.
/// Invariant: it offers nothing without credit and forgets no offer before it is accepted.
/// </summary>
internal sealed class ProducerActor<T> : UntypedActor, IProducerEffects, ISourceListener<T>
{
    private const int Window = 8 * Chunk.ItemsMax;
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(1);

    private readonly ProducerKey key;
    private readonly IActorRef queue;
    private readonly SourcePump<T> pump;
    private readonly ISettledSource? settledSource;
    private readonly Channel<(long First, int Count, long Watermark)> settledRuns =
        Channel.CreateUnbounded<(long, int, long)>(new UnboundedChannelOptions { SingleReader = true });

    private readonly Queue<(ItemBuffer<T> Buffer, int UpTo, bool Full)> published = new();
    private readonly ProducerState state;
    private readonly ActorTimers timers;
    private readonly ILoggingAdapter log = Context.GetLogger();
    private IActorRef self = ActorRefs.Nobody;
    private Task telling = Task.CompletedTask;
    private (ItemBuffer<T>? Buffer, int Count) seen;
    private (ItemBuffer<T>? Buffer, int UpTo) filling;
    private long read;
    private long closed;
    private bool ended;
    private bool readToEnd;

    public ProducerActor(
        ProducerKey key, IActorRef queue, SourcePump<T> pump, ISettledSource? settledSource, TimeProvider time)
    {
        this.key = key;
        this.queue = queue;
        this.pump = pump;
        this.settledSource = settledSource;
        state = new ProducerState(this, Window, settledSource is not null, ahead: 1);
        timers = new ActorTimers(time, Self);
    }

    protected override void PreStart()
    {
        self = Self;
        pump.Start(this);
        if (settledSource is not null)
        {
            telling = TellSettledAsync(settledSource);
        }

        timers.StartPeriodic(nameof(Look), Look.Instance, LookInterval);
        state.Start();
    }

    protected override void PostStop()
    {
        timers.Dispose();
        pump.Stop();
        settledRuns.Writer.TryComplete();
    }

    protected override void OnReceive(object received)
    {
        if (!timers.TryTake(received, out var message))
        {
            return;
        }

        switch (message)
        {
            case PublishedItems items when !ended:
                Take(items.Buffer, items.UpTo, items.Full);
                break;
            case PublishedItems:
                // The source was given up on; what it brings so late was never emitted.
                break;
            case QueueProtocol.Credit credit when credit.Producer == key:
                state.Credit(credit.Standing);
                if (credit.Standing.ShutDown)
                {
                    StopReading();
                }

                break;
            case QueueProtocol.Recall recall when recall.Producer == key:
                state.Recall(recall.Version);
                break;
            case QueueProtocol.SettledRun run when run.Producer == key:
                state.SettledRun(run.Number, run.First, run.Count);
                break;
            case Look:
                OfferWhatHasGathered();
                break;
            case SourceEnded end:
                End(end.ReadToEnd, end.Failure);
                break;
            case GiveUp when !ended:
                GiveUpOnTheSource();
                break;
            case GiveUp:
                break;
            case ProducerProtocol.StopReading:
                StopReading();
                break;
            case ProducerProtocol.Finish:
                Finish();
                break;
            case Finished:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    void ISourceListener<T>.Published(ItemBuffer<T> buffer, int upTo, bool full) =>
        self.Tell(new PublishedItems(buffer, upTo, full));

    void ISourceListener<T>.Ended(bool atEnd, Exception? failure) => self.Tell(new SourceEnded(atEnd, failure));

    void IProducerEffects.Demand(CreditDemand wants) => queue.Tell(new QueueProtocol.Demand(Self, key, wants));

    void IProducerEffects.Offer(long number, Chunk chunk, CreditDemand wants) =>
        queue.Tell(new QueueProtocol.Offer(Self, key, number, chunk, wants));

    Chunk IProducerEffects.Cut(int most)
    {
        while (true)
        {
            var (buffer, upTo, full) = published.Peek();
            var chunk = buffer.CutChunk(Math.Min(upTo, buffer.Cut + most));
            // What was found gathered may have been cut before the message that tells of an earlier part was heard.
            if (buffer.Cut >= upTo)
            {
                published.Dequeue();
                if (full)
                {
                    buffer.Release();
                }
            }

            if (chunk is not null)
            {
                return chunk;
            }
        }
    }

    void IProducerEffects.Yield(long version, long upTo) => queue.Tell(new QueueProtocol.Yield(key, version, upTo));

    void IProducerEffects.Noted(long upTo) => queue.Tell(new QueueProtocol.Noted(key, upTo));

    void IProducerEffects.Allow(long upTo, long bytes) => pump.Allow(upTo, bytes);

    long IProducerEffects.Shrink() => pump.Shrink();

    void IProducerEffects.Settled(long first, int count, long watermark) =>
        settledRuns.Writer.TryWrite((first, count, watermark));

    void IProducerEffects.Completed(Exception? failure) =>
        Context.Parent.Tell(new ProducerProtocol.Completed(key.Index, readToEnd, failure));

    private void Take(ItemBuffer<T> buffer, int upTo, bool full)
    {
        var before = buffer == filling.Buffer ? filling.UpTo : 0;
        if (upTo <= before && !full)
        {
            // The look has been faster than the pump's word.
            return;
        }

        published.Enqueue((buffer, upTo, full));
        read += Math.Max(0, upTo - before);
        filling = full ? (null, 0) : (buffer, Math.Max(before, upTo));
        closed += full ? 1 : 0;
        state.Read(read);
    }

    /// <summary>A source that blocks its reader leaves a partly filled chunk behind: seen twice, it is offered.</summary>
    private void OfferWhatHasGathered()
    {
        var now = (pump.Open, pump.Open?.Count ?? 0);
        if (now == seen)
        {
            TakeOpenBuffer();
        }

        seen = now;
    }

    private void TakeOpenBuffer()
    {
        var isNext = pump.Opened == closed + 1;
        if (isNext && pump.Open is { } buffer && buffer.Count > buffer.Cut)
        {
            Take(buffer, buffer.Count, full: false);
        }
    }

    private void StopReading()
    {
        pump.Stop();
        timers.StartSingle(nameof(GiveUp), GiveUp.Instance, StopGrace);
    }

    private void GiveUpOnTheSource()
    {
        log.Warning("Source {0} did not stop in {1}; what it has emitted is kept, the rest is not waited for", key.Index, StopGrace);
        TakeOpenBuffer();
        End(atEnd: false, null);
    }

    private void End(bool atEnd, Exception? failure)
    {
        if (ended)
        {
            return;
        }

        ended = true;
        timers.CancelAll();
        readToEnd = atEnd;
        if (failure is not null)
        {
            log.Error(failure, "Source {0} failed after {1} items: {2}", key.Index, read, failure.Message);
        }

        state.Ended(failure);
    }

    private void Finish()
    {
        settledRuns.Writer.TryComplete();
        telling.ContinueWith(
            _ => self.Tell(Finished.Instance), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task TellSettledAsync(ISettledSource source)
    {
        await Task.Yield();
        await foreach (var (first, count, watermark) in settledRuns.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                source.OnSettled(first, count, watermark);
            }
            catch (Exception thrown)
            {
                log.Error(thrown, "Source {0} threw when it was told what is settled: {1}", key.Index, thrown.Message);
            }
        }
    }

    private sealed record PublishedItems(ItemBuffer<T> Buffer, int UpTo, bool Full);

    private sealed record SourceEnded(bool ReadToEnd, Exception? Failure);

    private sealed record GiveUp
    {
        public static GiveUp Instance { get; } = new();
    }

    private sealed record Look
    {
        public static Look Instance { get; } = new();
    }

    private sealed record Finished
    {
        public static Finished Instance { get; } = new();
    }
}
