using Akka.Actor;
using AkkaPipeline.Consuming;
using AkkaPipeline.Fronting;
using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;
using AkkaPipeline.Queueing.Orders;
using AkkaPipeline.Sinking;
using AkkaPipeline.Storing;

namespace AkkaPipeline.Coordinating;

/// <summary>The coordinator's children, watched, in the order in which they are started.</summary>
internal sealed class PipelineRoles<T>
{
    private const int DeadLettersWaitingMax = 512;

    private readonly IActorContext context;
    private readonly PipelineSetup<T> setup;
    private readonly ItemMeasures<T> measures;
    private readonly SinkRoom room;
    private readonly SinkRoom deadLetterRoom = new(DeadLettersWaitingMax, BatchBounds.Default.RoomBytes);
    private readonly List<IActorRef> sinks = [];
    private readonly List<IActorRef> producers = [];

    /// <summary>The store comes first: it issues the queue's epoch. The rest starts when it is open.</summary>
    public PipelineRoles(IActorContext context, PipelineSetup<T> setup)
    {
        this.context = context;
        this.setup = setup;
        var bounds = setup.Sink?.Bounds ?? BatchBounds.Default;
        room = new SinkRoom(bounds.RoomOutputs, bounds.RoomBytes);
        measures = new ItemMeasures<T>(setup.Order.PriorityOf, setup.SizeOf, setup.KeyOf);
        Store = Watched(
            Props.Create(() => new StoreActor(
                setup.Name, setup.Store, letter => RequeuedItem.Of((DeadLetteredItem<T>)letter, measures))),
            "store");
    }

    public IActorRef Store { get; }

    public IActorRef Queue { get; private set; } = ActorRefs.Nobody;

    public IActorRef Pool { get; private set; } = ActorRefs.Nobody;

    public IActorRef FrontEnd { get; private set; } = ActorRefs.Nobody;

    /// <summary>By name: "sink", "dead-letter-sink"; those there are.</summary>
    public IReadOnlyList<IActorRef> Sinks => sinks;

    public IReadOnlyList<IActorRef> Producers => producers;

    /// <summary>Starts the queue, the sinks, the consumers, the front end and the producers.</summary>
    /// <returns>The way to the front end.</returns>
    public FrontDoor<T> Start(StoreOpened opened)
    {
        var buffers = new ItemBufferPool<T>(measures);
        var limits = setup.DeadLetters is null ? setup.Limits : setup.Limits with { DeadLettersMax = long.MaxValue / 2 };
        IReadyOrder order = setup.Keys is { } keys ? new KeyLanes(keys, setup.Time) : setup.Order.Create();
        Queue = Watched(
            Props.Create(() => new QueueActor(opened, limits, order, Store, setup.Time)), "queue");
        Store.Tell(new StoreProtocol.QueueStarted(Queue));
        var sink = StartSink();
        var deadLetters = new DeadLetterRoute<T>(StartDeadLetters(), deadLetterRoom);
        var failures = new FailureHandling<T>(new FailureJudge(setup.Retry, Random.Shared), setup.FailureRule, setup.Time);
        var consumers = Consumers(sink, deadLetters, failures);
        Pool = Watched(Props.Create(() => new ConsumerPoolActor<T>(Queue, consumers)), "consumers");
        var door = OpenFrontDoor(buffers);
        var directPuts = new ProducerKey(setup.Sources.Count, 1);
        FrontEnd = Watched(Props.Create(() => new FrontEndActor<T>(door, directPuts, Queue, deadLetters, failures)), "front-end");
        door.FrontEnd = FrontEnd;
        StartProducers(buffers);
        return door;
    }

    private IActorRef StartSink()
    {
        const string Name = "sink";
        return setup.Sink is { } plan
            ? AddSink(Name, plan.Create(new SinkSetup(Name, room, Queue, setup.Time) { Repeats = setup.SinkRepeats }))
            : ActorRefs.Nobody;
    }

    private IActorRef? StartDeadLetters()
    {
        const string Name = "dead-letter-sink";
        var given = new SinkSetup(Name, deadLetterRoom, Queue, setup.Time) { FailureBreaks = true };
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
        var puts = new PutBuffer<T>(buffers, flush =>
            door.Tell(flush ? FrontEndProtocol.Flush.Instance : FrontEndProtocol.PutsWait.Instance));
        door = new FrontDoor<T>(
            setup.Name, puts, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        return door;
    }

    private void StartProducers(ItemBufferPool<T> buffers)
    {
        for (var index = 0; index < setup.Sources.Count; index++)
        {
            var key = new ProducerKey(index, 1);
            var source = setup.Sources[index];
            producers.Add(Watched(
                Props.Create(() => new ProducerActor<T>(key, Queue, source.CreatePump(buffers), source.Settled, setup.Time)),
                $"producer-{index}"));
        }
    }

    private IActorRef AddSink(string name, Props props)
    {
        sinks.Add(Watched(props, name));
        return sinks[^1];
    }

    private IActorRef Watched(Props props, string name) => context.Watch(context.ActorOf(props, name));
}
