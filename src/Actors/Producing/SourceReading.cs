using System.Collections.Concurrent;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Event;
using AkkaPipeline.Queueing;
using AkkaPipeline.Telemetry;
using Microsoft.Extensions.Logging;

namespace AkkaPipeline.Producing;

/// <summary>
/// A source as it is read, and how far that has come: what outlives the producer's actor, so that another goes on where
/// one has died, and nothing is lost or offered twice. It belongs to the actor that works with it, on its turns; only its
/// pump comes from outside, and what that says waits here until a turn has looked at it.
/// </summary>
internal sealed class SourceReading<T> : IProducerEffects, ISourceListener<T>
{
    private const int Window = 8 * Chunk.ItemsMax;

    private readonly SourcePump<T> pump;
    private readonly IActorRef queue;
    private readonly IActorRef coordinator;
    private readonly ILogger log;
    private readonly ProducerState state;
    private readonly Channel<(long First, int Count, long Watermark)> settledRuns =
        Channel.CreateUnbounded<(long, int, long)>(new UnboundedChannelOptions { SingleReader = true });

    private readonly Task telling = Task.CompletedTask;
    private readonly ConcurrentQueue<Said> said = new();
    private readonly Queue<(ItemBuffer<T> Buffer, int UpTo, bool Full)> published = new();
    private volatile IActorRef producer = ActorRefs.Nobody;
    private ProducerKey key;
    private (ItemBuffer<T>? Buffer, int Count) seen;
    private (ItemBuffer<T>? Buffer, int UpTo) filling;
    private long read;
    private long closed;
    private bool readToEnd;

    public SourceReading(
        SourcePump<T> pump, ISettledSource? settledSource, IActorRef queue, IActorRef coordinator, ILogger log)
    {
        this.pump = pump;
        this.queue = queue;
        this.coordinator = coordinator;
        this.log = log;
        state = new ProducerState(this, Window, settledSource is not null, ahead: 1);
        if (settledSource is not null)
        {
            telling = TellSettledAsync(settledSource);
        }
    }

    /// <summary>Whether nothing more comes from the source.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether it has been told to stop.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Whether something may be on its way that the actor before this one should have heard.</summary>
    public bool IsBehind => state.IsBehind;

    /// <summary>Whether the source has heard all that it will hear of settled items.</summary>
    public bool HasFinished => telling.IsCompleted;

    /// <summary>How many items are known to be in the queue.</summary>
    public long AcceptedUpTo => state.AcceptedUpTo;

    /// <summary>An actor begins to work with it: the first, or one in the place of another that has died.</summary>
    public void Begin(ProducerKey by, IActorRef actor)
    {
        var isFirst = producer.IsNobody();
        (key, producer) = (by, actor);
        if (isFirst)
        {
            pump.Start(this);
            state.Start();
            return;
        }

        state.GoOn();
        state.Read(read);
        Listen();
    }

    /// <summary>Looks at what the pump has said.</summary>
    public void Listen()
    {
        while (said.TryDequeue(out var one))
        {
            if (one.Buffer is null)
            {
                End(one.ReadToEnd, one.Failure);
            }
            else if (!HasEnded)
            {
                // Otherwise the source was given up on; what it brings so late was never emitted.
                Take(one.Buffer, one.UpTo, one.Full);
            }
        }
    }

    public void Credit(CreditStanding standing) => state.Credit(standing);

    public void Recall(long version) => state.Recall(version);

    public void SettledRun(long number, long first, int count) => state.SettledRun(number, first, count);

    /// <summary>A source that blocks its reader leaves a partly filled chunk behind: seen twice, it is offered.</summary>
    public void OfferWhatHasGathered()
    {
        var now = (pump.Open, pump.Open?.Count ?? 0);
        if (now == seen)
        {
            TakeOpenBuffer();
        }

        seen = now;
    }

    public void StopReading()
    {
        IsStopping = true;
        pump.Stop();
    }

    /// <summary>The source does not stop: what it has emitted is kept, the rest is not waited for.</summary>
    public void GiveUp(TimeSpan grace)
    {
        if (!HasEnded)
        {
            EngineLog.SourceGivenUp(log, key.Index, grace);
            TakeOpenBuffer();
            End(atEnd: false, null);
        }
    }

    /// <summary>Nobody works with it any more.</summary>
    public void Stop()
    {
        pump.Stop();
        settledRuns.Writer.TryComplete();
    }

    /// <summary>Completes when the source has heard all that is settled.</summary>
    public Task FinishAsync()
    {
        settledRuns.Writer.TryComplete();
        return telling;
    }

    void ISourceListener<T>.Published(ItemBuffer<T> buffer, int upTo, bool full)
    {
        said.Enqueue(new Said(buffer, upTo, full));
        producer.Tell(HasSomethingToSay.Instance);
    }

    void ISourceListener<T>.Ended(bool atEnd, Exception? failure)
    {
        said.Enqueue(new Said(null, 0, false, atEnd, failure));
        producer.Tell(HasSomethingToSay.Instance);
    }

    void IProducerEffects.Demand(CreditDemand wants) => queue.Tell(new QueueProtocol.Demand(producer, key, wants));

    void IProducerEffects.Offer(long number, Chunk chunk, CreditDemand wants) =>
        queue.Tell(new QueueProtocol.Offer(producer, key, number, chunk, wants));

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
        coordinator.Tell(new ProducerProtocol.Completed(key.Index, readToEnd, failure));

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

    private void TakeOpenBuffer()
    {
        var isNext = pump.Opened == closed + 1;
        if (isNext && pump.Open is { } buffer && buffer.Count > buffer.Cut)
        {
            Take(buffer, buffer.Count, full: false);
        }
    }

    private void End(bool atEnd, Exception? failure)
    {
        if (HasEnded)
        {
            return;
        }

        HasEnded = true;
        readToEnd = atEnd;
        state.Ended(failure);
        if (failure is not null)
        {
            EngineLog.SourceFailed(log, key.Index, read, FailureReason.WithoutItem(failure), FailureReason.LoggableWithoutItem(failure));
        }
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
                EngineLog.SourceThrew(log, key.Index, FailureReason.WithoutItem(thrown), FailureReason.LoggableWithoutItem(thrown));
            }
        }
    }

    /// <summary>The pump has said something.</summary>
    internal sealed record HasSomethingToSay : IDeadLetterSuppression, INoSerializationVerificationNeeded
    {
        public static HasSomethingToSay Instance { get; } = new();
    }

    /// <summary>What a pump has said: items published in a buffer, or without one that the source is over.</summary>
    private readonly record struct Said(
        ItemBuffer<T>? Buffer, int UpTo, bool Full, bool ReadToEnd = false, Exception? Failure = null);
}
