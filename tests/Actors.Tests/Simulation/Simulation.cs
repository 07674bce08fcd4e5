using System.Globalization;
using AkkaPipeline.Coordinating;
using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>
/// One pipeline, from start to end, in virtual time: the engine's cores in simulated shells on a simulated network. All
/// that happens follows from the seed.
/// </summary>
internal sealed class Simulation
{
    private const long QuietMax = 5 * VirtualTime.Second;

    private readonly string seed;
    private readonly User user;

    public Simulation(ulong seed, Mutant mutant)
        : this(seed.ToString(CultureInfo.InvariantCulture), new SeededRandom(seed), null, mutant)
    {
    }

    public Simulation(string name, Plan plan, ulong seed = 1)
        : this($"{seed} of {name}", new SeededRandom(seed), plan, Mutant.None)
    {
    }

    private Simulation(string seed, SeededRandom random, Plan? plan, Mutant mutant)
    {
        this.seed = seed;
        Random = random;
        Plan = plan ?? Plans.For(random);
        Mutant = mutant;
        Scheduler = new Scheduler(Time);
        Trace = new Trace(Time);
        Network = new Network(Plan, random.Fork(), Scheduler, Time, Trace, mutant);
        Books = new Books(Plan, Time);
        BufferPool = new ItemBufferPool<WorkItem>(new ItemMeasures<WorkItem>(
            Plan.Order == GrantOrder.LowestPriorityFirst ? item => item.Priority : null, Plan.Sized ? item => item.Size : null,
            Plan.Keys > 0 ? item => item.Key! : null));
        Store = new SimulatedStore(this);
        Queue = new SimulatedQueue(this);
        Sink = Plan.Sink ? new SimulatedSink(this, "sink", failureBreaks: false) : null;
        DeadLetters = Plan.DeadLetterSink ? new SimulatedSink(this, "dead letters", failureBreaks: true) : null;
        Pool = new SimulatedPool(this);
        Coordinator = new SimulatedCoordinator(this);
        FrontEnd = new SimulatedFrontEnd(this);
        user = new User(this);
    }

    public SeededRandom Random { get; }

    public Plan Plan { get; }

    public Mutant Mutant { get; }

    public VirtualTime Time { get; } = new();

    public Scheduler Scheduler { get; }

    public Trace Trace { get; }

    public Network Network { get; }

    public Books Books { get; }

    public ItemBufferPool<WorkItem> BufferPool { get; }

    public SimulatedStore Store { get; }

    public SimulatedQueue Queue { get; }

    public SimulatedSink? Sink { get; }

    public SimulatedSink? DeadLetters { get; }

    public SimulatedPool Pool { get; }

    public SimulatedCoordinator Coordinator { get; }

    public SimulatedFrontEnd FrontEnd { get; }

    public List<SimulatedProducer> Producers { get; } = [];

    public IEnumerable<SimulatedSink> Sinks => new[] { Sink, DeadLetters }.OfType<SimulatedSink>();

    /// <summary>How far the capacity may be exceeded: each producer may have one item in hand when credit is recalled.</summary>
    public int Overdraft { get; private set; }

    /// <summary>How far the sink's room may be exceeded: a block of each consumer, and what failed in those. One
    /// that died may have left its own behind.</summary>
    public int OutputsBeyondRoom => Pool.Made * 1024 * SimulatedRunner.OutputsMax;

    /// <summary>Runs to the end.</summary>
    /// <exception cref="SimulationFailedException">A rule was broken; the message tells the seed and the last events.</exception>
    public Simulation Run()
    {
        try
        {
            Start();
            while (Coordinator.Counts is null)
            {
                Books.Rule(Scheduler.Step(), $"nothing more can happen, and the pipeline is {Coordinator.Phase}: it hangs");
                Books.Rule(Time.Now - Books.LastProgress < QuietMax, $"nothing moves, and the pipeline is {Coordinator.Phase}: it hangs");
                Books.Rule(Scheduler.Steps < Plan.StepsMax, "it goes on for ever");
            }

            Closing.Check(this);
            return this;
        }
        catch (Exception broken)
        {
            throw new SimulationFailedException(
                $"Seed {seed}: {broken.Message}{Environment.NewLine}{Plan}{Environment.NewLine}"
                + $"Acts: {string.Join(", ", Plan.Acts)}; resizes: {string.Join(", ", Plan.Resizes)}; crashes: {string.Join(", ", Plan.Crashes)}{Environment.NewLine}"
                + $"{Queue}{Environment.NewLine}{Trace}",
                broken);
        }
    }

    /// <summary>A producer that died comes back as its next incarnation, with a source at the same place.</summary>
    public void Restart(SimulatedProducer dead)
    {
        if (!dead.Completed)
        {
            Add(new SimulatedProducer(
                this, dead.Key with { Incarnation = dead.Key.Incarnation + 1 }, dead.Items, dead.AcceptedAt));
        }
    }

    private void Start()
    {
        var items = new WorkItem[Plan.Items + Plan.Puts];
        for (var index = 0; index < items.Length; index++)
        {
            items[index] = Plan.ItemAt?.Invoke(index) ?? DrawItem(index, isPut: index >= Plan.Items);
        }

        Coordinator.Start();
        Store.Start();
        Pool.Start();
        FrontEnd.Start(items[Plan.Items..]);
        Overdraft = 1;
        for (var index = 0; index < Plan.Producers; index++)
        {
            var share = items[(Plan.Items * index / Plan.Producers)..(Plan.Items * (index + 1) / Plan.Producers)];
            Add(new SimulatedProducer(this, new ProducerKey(index, 1), share, 0));
        }

        ScheduleActs();
        ScheduleCrashes();
    }

    private WorkItem DrawItem(int index, bool isPut)
    {
        var size = Random.Chance(0.01) ? Random.Between(0, 50_000) : Random.Between(0, 500);
        var key = Plan.Keys == 0 ? null
            : $"k{(int)(Plan.Keys * Math.Pow(Random.Fraction(), Plan.KeySkew))}";
        var delay = isPut && Random.Chance(Plan.PutsForLater) ? 1 + Random.Exponential(3 * VirtualTime.Millisecond) : 0;
        return new WorkItem(index, Random.Between(0, 9), (int)size, key, delay);
    }

    private void Add(SimulatedProducer producer)
    {
        Overdraft++;
        Producers.RemoveAll(known => known.Key.Index == producer.Key.Index);
        Producers.Add(producer);
        Coordinator.WatchProducer(producer);
        producer.Start();
        if (Coordinator.Phase > PipelinePhase.Running)
        {
            producer.Receive(Coordinator, ProducerProtocol.StopReading.Instance);
        }
    }

    private void ScheduleActs()
    {
        foreach (var (at, consumers) in Plan.Resizes)
        {
            Scheduler.At(at, () => Coordinator.Resize(consumers));
        }

        foreach (var (at, act, deadline) in Plan.Acts)
        {
            Scheduler.At(at, () =>
            {
                Trace.Note("user", act.ToString());
                Books.Progress();
                user.Do(act, deadline);
            });
        }
    }

    private void ScheduleCrashes()
    {
        foreach (var (part, at) in Plan.Crashes)
        {
            SimulatedActor? actor = part switch
            {
                "queue" => Queue,
                "pool" => Pool,
                "sink" => Sink,
                _ => DeadLetters,
            };
            Scheduler.At(at, () => actor?.Die("crash"));
        }
    }
}
