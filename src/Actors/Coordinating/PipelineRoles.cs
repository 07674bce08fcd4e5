using Akka.Actor;
using AkkaPipeline.Consuming;
using AkkaPipeline.Fronting;
using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;
using AkkaPipeline.Queueing.Orders;
using AkkaPipeline.Sinking;
using AkkaPipeline.Storing;
using AkkaPipeline.Telemetry;

namespace AkkaPipeline.Coordinating;

/// <summary>The coordinator's children, watched, in the order in which they are started.</summary>
internal sealed class PipelineRoles<T>
{
    private const int ProducerDeathsMax = 10;
    private const int DeadLettersWaitingMax = 512;

    private readonly IActorContext context;
    private readonly PipelineSetup<T> setup;
    private readonly ItemMeasures<T> measures;
    private readonly SinkRoom room;
    private readonly SinkRoom deadLetterRoom = new(DeadLettersWaitingMax, BatchBounds.Default.RoomBytes);
    private readonly List<IActorRef> sinks = [];
    private readonly List<Producer> producers = [];

    /// <summary>The store comes first: it issues the queue's epoch. The rest starts when it is open.</summary>
    public PipelineRoles(IActorContext context, PipelineSetup<T> setup)
    {
        this.context = context;
        this.setup = setup;
        var bounds = setup.Sink?.Bounds ?? BatchBounds.Default;
        room = new SinkRoom(bounds.RoomOutputs, bounds.RoomBytes);
        measures = setup.Measures;
        var store = new StoreSetup
        {
            Name = setup.Name,
            Store = setup.Store,
            Items = setup.StoredItems,
            Keeps = setup.Limits.Keeps,
            Replay = setup.Replay,
            RunningPath = setup.RunningPath,
            HandsOver = setup.HandsOver,
            TakesOver = setup.TakesOver,
            PutIdsMax = setup.Limits.PutIdsMax,
            PutsFailAtBound = setup.PutsFailAtBound,
            Time = setup.Time,
            Log = setup.Log,
        };
        Store = Watched(Props.Create(() => new StoreActor(store)), "store");
    }

    public IActorRef Store { get; }

    public IActorRef Queue { get; private set; } = ActorRefs.Nobody;

    public IActorRef Pool { get; private set; } = ActorRefs.Nobody;

    public IActorRef FrontEnd { get; private set; } = ActorRefs.Nobody;

    /// <summary>By name: "sink", "dead-letter-sink"; those there are.</summary>
    public IReadOnlyList<IActorRef> Sinks => sinks;

    public IEnumerable<IActorRef> Producers => producers.Select(producer => producer.Actor);

    /// <summary>Starts the queue, the sinks, the consumers, the front end and the producers.</summary>
    /// <returns>The way to the front end.</returns>
    public FrontDoor<T> Start(StoreOpened opened)
    {
        var buffers = new ItemBufferPool<T>(measures);
        var limits = setup.DeadLetters is null ? setup.Limits : setup.Limits with { DeadLettersMax = long.MaxValue / 2 };
        IReadyOrder order = setup.Keys is { } keys ? new KeyLanes(keys, setup.Time) : setup.Order.Create();
        Queue = Watched(
            Props.Create(() => new QueueActor(opened, limits, order, Store, setup.Time, setup.Log)), "queue");
        Store.Tell(new StoreProtocol.QueueStarted(Queue));
        var judge = new FailureJudge(setup.Retry, Random.Shared, thrown => Faulted("The retry policy", "its default", thrown));
        var failures = new FailureHandling<T>(
            judge, setup.FailureRule, setup.Time, thrown => Faulted("The rule for failures", "the retry policy", thrown))
        {
            Heard = setup.AttemptFailed,
        };
        var sink = StartSink(judge);
        var deadLetters = new DeadLetterRoute<T>(StartDeadLetters(), deadLetterRoom);
        var consumers = Consumers(sink, deadLetters, failures) with { Running = opened.Running, Log = setup.Log };
        Pool = Watched(Props.Create(() => new ConsumerPoolActor<T>(Queue, consumers)), "consumers");
        var door = OpenFrontDoor(buffers);
        var directPuts = new ProducerKey(setup.Sources.Count, 1);
        FrontEnd = Watched(Props.Create(() => new FrontEndActor<T>(door, directPuts, Queue, deadLetters, failures, setup.Log)), "front-end");
        door.FrontEnd = FrontEnd;
        StartProducers(buffers);
        return door;
    }

    /// <summary>Told once: it may go wrong for every item.</summary>
    private void Faulted(string what, string instead, Exception thrown) => EngineLog.RuleFailed(
        setup.Log, setup.Name, what, instead, FailureReason.WithoutItem(thrown), FailureReason.LoggableWithoutItem(thrown));

    private IActorRef StartSink(FailureJudge judge)
    {
        const string Name = SinkNames.Outputs;
        var repeats = setup.SinkRepeats is { } inPlace ? inPlace with { Repeats = judge.Retries } : null;
        return setup.Sink is { } plan
            ? AddSink(Name, plan.Create(new SinkSetup(Name, room, Queue, setup.Time)
            {
                Repeats = repeats,
                Resumable = setup.Replay?.Sinks.GetValueOrDefault(Name),
                Store = Store,
                Log = setup.Log,
            }))
            : ActorRefs.Nobody;
    }

    private IActorRef? StartDeadLetters()
    {
        const string Name = SinkNames.DeadLetters;
        var given = new SinkSetup(Name, deadLetterRoom, Queue, setup.Time)
        {
            FailureBreaks = true,
            Resumable = setup.Replay?.Sinks.GetValueOrDefault(Name),
            Store = Store,
            Log = setup.Log,
        };
        return setup.DeadLetters is { } writer
            ? AddSink(Name, Props.Create(() => new SinkActor<DeadLetteredItem<T>>(writer, BatchBounds.Default, null, given)))
            : null;
    }

    private ConsumerSetup<T> Consumers(IActorRef sink, DeadLetterRoute<T> deadLetters, FailureHandling<T> failures) => new(
        setup.Name,
        setup.CreateWorker is null ? 0 : setup.Consumers,
        setup.Threads,
        consumer => setup.CreateWorker!(consumer, sink, room),
        deadLetters,
        failures,
        setup.Timeout,
        setup.Inside);

    private FrontDoor<T> OpenFrontDoor(ItemBufferPool<T> buffers)
    {
        FrontDoor<T> door = null!;
        var puts = new PutBuffer<T>(
            buffers,
            () => door.Tell(FrontEndProtocol.Flush.Instance),
            confirms: setup.Limits.Keeps == Durability.Full);
        if (setup.Limits.Keeps == Durability.Checkpoint)
        {
            puts.Close(new InvalidOperationException(
                $"The pipeline {setup.Name} keeps checkpoints of its source, and no items: it takes no direct puts."));
        }

        door = new FrontDoor<T>(
            setup.Name, puts, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        return door;
    }

    private void StartProducers(ItemBufferPool<T> buffers)
    {
        for (var index = 0; index < setup.Sources.Count; index++)
        {
            var source = setup.Sources[index];
            var reading = new SourceReading<T>(source.CreatePump(buffers), source.Settled, Queue, context.Self, setup.Log);
            producers.Add(StartProducer(new ProducerKey(index, 1), reading, deaths: 0));
        }
    }

    /// <summary>Whether it was a producer whose source has not heard all it is to hear.</summary>
    public bool WasUnfinished(IActorRef dead) => producers.Exists(producer => producer.Actor.Equals(dead) && !producer.Reading.HasFinished);

    /// <summary>
    /// Starts another producer in the place of one that has died. It goes on where that was.
    /// </summary>
    /// <returns>Null if the dead one was no producer, or if they die again and again and nothing comes of it.</returns>
    public IActorRef? ReplaceProducer(IActorRef dead)
    {
        if (producers.FindIndex(producer => producer.Actor.Equals(dead)) is var index && index < 0)
        {
            return null;
        }

        var (key, _, reading, deaths, accepted) = producers[index];
        deaths = reading.AcceptedUpTo > accepted ? 1 : deaths + 1;
        if (deaths > ProducerDeathsMax)
        {
            return null;
        }

        producers[index] = StartProducer(key with { Incarnation = key.Incarnation + 1 }, reading, deaths);
        return producers[index].Actor;
    }

    /// <summary>Nobody reads the sources any more.</summary>
    public void StopSources()
    {
        foreach (var producer in producers)
        {
            producer.Reading.Stop();
        }
    }

    private Producer StartProducer(ProducerKey key, SourceReading<T> reading, int deaths)
    {
        var actor = Watched(Props.Create(() => new ProducerActor<T>(key, reading, setup.Time)), key.ToString());
        return new Producer(key, actor, reading, deaths, reading.AcceptedUpTo);
    }

    private IActorRef AddSink(string name, Props props)
    {
        sinks.Add(Watched(props, name));
        return sinks[^1];
    }

    private IActorRef Watched(Props props, string name) => context.Watch(context.ActorOf(props, name));

    /// <param name="Key">With its incarnation.</param>
    /// <param name="Actor">The one that lives.</param>
    /// <param name="Reading">What it works with.</param>
    /// <param name="Deaths">How many died in its place without anything having been accepted meanwhile.</param>
    /// <param name="Accepted">How much was accepted when it began.</param>
    private sealed record Producer(ProducerKey Key, IActorRef Actor, SourceReading<T> Reading, int Deaths, long Accepted);
}
