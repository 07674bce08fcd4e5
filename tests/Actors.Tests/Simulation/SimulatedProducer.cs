using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>
/// A producer's shell with its source. A restarted one starts where its predecessor knew its items accepted: what was
/// accepted and not heard of is emitted again, as new items.
/// </summary>
internal sealed class SimulatedProducer : SimulatedActor, IProducerEffects
{
    private const int Window = 256;

    private readonly ProducerKey key;
    private readonly IReadOnlyList<WorkItem> source;
    private readonly int startAt;
    private readonly SeededRandom random;
    private readonly ProducerState state;
    private readonly ItemBuffers buffers;
    private readonly HashSet<long> settled = [];
    private long settledUpTo;
    private long allowed;
    private long allowedBytes;
    private long read;
    private bool reading;
    private bool stopping;
    private bool over;
    private bool readToEnd;

    public SimulatedProducer(Simulation simulation, ProducerKey key, IReadOnlyList<WorkItem> source, int startAt)
        : base(simulation, key.ToString())
    {
        this.key = key;
        this.source = source;
        this.startAt = startAt;
        random = simulation.Random.Fork();
        buffers = new ItemBuffers(simulation.BufferPool);
        state = new ProducerState(simulation.Mutant.Wrap((IProducerEffects)this), Window, wantsSettled: random.Chance(0.5), ahead: 1);
        RepeatWhileAlive(state.Repeat);
    }

    public ProducerKey Key => key;

    public IReadOnlyList<WorkItem> Items => source;

    public bool Completed { get; private set; }

    /// <summary>The first item that it does not know accepted.</summary>
    public int AcceptedAt => startAt + (int)state.AcceptedUpTo;

    public void Start() => state.Start();

    public override void Receive(SimulatedActor from, object message)
    {
        switch (message)
        {
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
            case ProducerProtocol.StopReading:
                StopReading();
                break;
            case ProducerProtocol.Finish:
                Die("finished");
                break;
        }
    }

    void IProducerEffects.Demand(CreditDemand wants) =>
        Tell(Simulation.Queue, new QueueProtocol.Demand(null!, key, wants));

    void IProducerEffects.Offer(long number, Chunk chunk, CreditDemand wants) =>
        Tell(Simulation.Queue, new QueueProtocol.Offer(null!, key, number, chunk, wants));

    Chunk IProducerEffects.Cut(int most) => buffers.Cut(most);

    void IProducerEffects.Yield(long version, long upTo) =>
        Tell(Simulation.Queue, new QueueProtocol.Yield(key, version, upTo));

    void IProducerEffects.Noted(long upTo) => Tell(Simulation.Queue, new QueueProtocol.Noted(key, upTo));

    void IProducerEffects.Allow(long upTo, long bytes)
    {
        (allowed, allowedBytes) = (upTo, bytes);
        ReadNext();
    }

    long IProducerEffects.Shrink() => allowed = read;

    void IProducerEffects.Settled(long first, int count, long watermark)
    {
        for (var number = first; number < first + count; number++)
        {
            Simulation.Books.Rule(number >= settledUpTo && settled.Add(number), $"{key} heard twice that its item {number} is settled");
        }

        while (settled.Remove(settledUpTo))
        {
            settledUpTo++;
        }

        Simulation.Books.Rule(watermark == settledUpTo, $"{key} was told the watermark {watermark}, it is {settledUpTo}");
    }

    void IProducerEffects.Completed(Exception? failure)
    {
        Completed = true;
        Tell(Simulation.Coordinator, new ProducerProtocol.Completed(key.Index, readToEnd, failure));
    }

    private void ReadNext()
    {
        if (reading || over || read >= allowed || buffers.Bytes >= allowedBytes)
        {
            return;
        }

        reading = true;
        After(1 + random.Exponential(Simulation.Plan.SourceNanoseconds), () =>
        {
            reading = false;
            if (!stopping || random.Chance(0.5))
            {
                HandOut();
            }
        });
    }

    /// <summary>The source hands out some items, or one although credit was taken away meanwhile, or ends.</summary>
    private void HandOut()
    {
        for (var burst = random.LogBetween(1, 100); burst > 0 && !over; burst--)
        {
            if (startAt + read == source.Count)
            {
                readToEnd = true;
                End(null);
                return;
            }

            if (random.Chance(Simulation.Plan.SourceFailing))
            {
                End(new InvalidOperationException("the source failed"));
                return;
            }

            var item = source[startAt + (int)read++];
            buffers.Add(item);
            Simulation.Books.Progress();
            if (random.Chance(Simulation.Plan.ProducerCrashing))
            {
                Die("crash");
                return;
            }

            if (read >= allowed || buffers.Bytes >= allowedBytes)
            {
                break;
            }
        }

        if (!over)
        {
            state.Read(read);
            ReadNext();
        }
    }

    private void StopReading()
    {
        if (!stopping)
        {
            stopping = true;
            After(1 + random.Exponential(Simulation.Plan.SourceNanoseconds), () => End(null));
        }
    }

    private void End(Exception? failure)
    {
        if (!over)
        {
            over = true;
            state.Read(read);
            state.Ended(failure);
        }
    }
}
