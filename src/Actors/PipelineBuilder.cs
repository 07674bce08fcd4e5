using System.Threading.Channels;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using AkkaPipeline.Consuming;
using AkkaPipeline.Coordinating;
using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;
using AkkaPipeline.Sinking;
using AkkaPipeline.Storing;
using Microsoft.Extensions.DependencyInjection;

namespace AkkaPipeline;

/// <summary>Describes a pipeline: sources, a queue, a pool of consumers. Not thread-safe.</summary>
/// <typeparam name="T">The item.</typeparam>
public sealed partial class PipelineBuilder<T>
{
    private readonly ActorSystem system;
    private readonly string name;
    private readonly IServiceProvider? services;
    private readonly List<SourceSetup<T>> sources = [];
    private Func<IActorRef, IActorRef, SinkRoom, ItemWorker<T>>? createWorker;
    private SinkPlan? sink;
    private IBatchSink<DeadLetteredItem<T>>? deadLetters;
    private ItemOrder<T> order = ItemOrder.FirstInFirstOut<T>();
    private ConsumerThreads threads;
    private Func<T, int>? sizeOf = ItemMeasures<T>.KnownSize;
    private TimeProvider time = TimeProvider.System;
    private Action<string?>? beforeStart;
    private Action<long, FailedAttempt?, bool>? attemptFailed;
    private (IHandover Handover, int Source)? takesOver;
    private Func<Task> tryConsumer = () => Task.CompletedTask;
    private int consumerCount;
    private bool emits;
    private long capacity = 65_536;

    internal PipelineBuilder(ActorSystem system, string name, IServiceProvider? services = null)
    {
        this.system = system;
        this.name = name;
        this.services = services;
    }

    /// <summary>
    /// Adds a source that is read on a thread of the pool. It is read only as far as there is room. One that blocks its reader
    /// holds that thread as long; where there are several such, the pool's threads may become few.
    /// </summary>
    /// <param name="source">Read once. If it is an <see cref="ISettledSource"/> too, it hears what is settled.</param>
    public PipelineBuilder<T> From(IEnumerable<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return From(buffers => new EnumerablePump<T>(source, buffers), source);
    }

    /// <summary>Adds an asynchronous source. It is read only as far as there is room.</summary>
    /// <param name="source">Read once. If it is an <see cref="ISettledSource"/> too, it hears what is settled.</param>
    public PipelineBuilder<T> From(IAsyncEnumerable<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return From(buffers => new AsyncEnumerablePump<T>(source, buffers), source);
    }

    /// <summary>Adds a channel as a source; it ends when the channel is completed and empty.</summary>
    public PipelineBuilder<T> From(ChannelReader<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return From(source.ReadAllAsync());
    }

    /// <summary>
    /// Adds what another pipeline hands over that is kept in the same file; it ends when that pipeline has. What earlier runs have
    /// left of it comes first.
    /// </summary>
    /// <param name="handover">Given to the other pipeline too. A pipeline has one at most.</param>
    public PipelineBuilder<T> From(Handover<T> handover)
    {
        ArgumentNullException.ThrowIfNull(handover);
        takesOver = takesOver is null
            ? (handover, sources.Count)
            : throw new InvalidOperationException($"The pipeline {name} takes from a handover already: a pipeline has one at most.");
        BeforeStart(store => handover.AttachReader(name, store));
        return From(handover.ReadAllAsync(CancellationToken.None));
    }

    /// <summary>Adds a stream as a source; it runs in the pipeline's actor system, and is pulled only as far as there is room.</summary>
    public PipelineBuilder<T> From<TMat>(Source<T, TMat> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return From(source.RunAsAsyncEnumerable(system.Materializer()));
    }

    /// <summary>Sets how many items may be queued; then puts wait, and sources are not read.</summary>
    /// <param name="items">Default 65,536; 0 or less: unbounded.</param>
    public PipelineBuilder<T> Capacity(long items)
    {
        capacity = items;
        return this;
    }

    /// <summary>Sets the order in which items are granted. Default: first in, first out.</summary>
    public PipelineBuilder<T> Order(ItemOrder<T> itemOrder)
    {
        ArgumentNullException.ThrowIfNull(itemOrder);
        order = itemOrder;
        return this;
    }

    /// <summary>Sets where the consumers' code runs. Default: <see cref="ConsumerThreads.Shared"/>.</summary>
    public PipelineBuilder<T> Threads(ConsumerThreads consumerThreads)
    {
        threads = Enum.IsDefined(consumerThreads)
            ? consumerThreads
            : throw new ArgumentOutOfRangeException(nameof(consumerThreads), consumerThreads, "It is neither Shared nor Dedicated.");
        return this;
    }

    /// <summary>
    /// Tells an item's size in bytes, so that at most 64 MiB are queued. Strings, byte arrays and
    /// <see cref="ReadOnlyMemory{T}"/> of bytes are measured without being told; other items are not.
    /// </summary>
    /// <param name="size">At least 0. Where it throws, or is negative, the put throws, or the source fails.</param>
    public PipelineBuilder<T> SizedBy(Func<T, int> size)
    {
        ArgumentNullException.ThrowIfNull(size);
        sizeOf = size;
        return this;
    }

    /// <summary>
    /// Sends dead letters to a sink; an item counts as dead-lettered once it is written. They are not kept then, so that
    /// there is nothing to list, requeue or drop. Without it they are kept in memory: see <see cref="DeadLettersKept"/>.
    /// </summary>
    public PipelineBuilder<T> DeadLettersTo(IBatchSink<DeadLetteredItem<T>> writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        deadLetters = writer;
        return this;
    }

    /// <summary>
    /// Sets the clock of all that is about items: delays and backoffs, timeouts, rates, pauses, batches, breakers, deadlines,
    /// leases, and the times that are shown. Repeats of lost messages, and how long code that was told to end may take, go by
    /// the machine's. Default: the system's.
    /// </summary>
    public PipelineBuilder<T> Clock(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        time = clock;
        return this;
    }

    /// <summary>Sets the pool: consumers that share a delegate.</summary>
    /// <param name="consumers">How many items are worked on at a time, from 1 to 65,536.</param>
    /// <param name="consume">Returning means done, throwing means failed.</param>
    public PipelineBuilder<T> Consume(int consumers, Func<Delivery<T>, CancellationToken, ValueTask> consume)
    {
        ArgumentNullException.ThrowIfNull(consume);
        return Consume(consumers, (_, _, _) => new DelegateWorker<T>(consume));
    }

    /// <summary>Sets the pool: each consumer has an object of its own.</summary>
    /// <param name="consumers">How many, from 1 to 65,536.</param>
    /// <param name="create">Makes a consumer's object; called once for each, and again when one is replaced.</param>
    public PipelineBuilder<T> Consume(int consumers, Func<IItemConsumer<T>> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return Consume(consumers, (_, _, _) => new PlainWorker<T>(create()));
    }

    /// <summary>
    /// Sets the pool: consumers of a class. In a host they come from the container: one object if it is registered as a
    /// singleton, otherwise a scope and an object for each delivery. Without a host each consumer has one object of its own.
    /// </summary>
    /// <typeparam name="TConsumer">The class.</typeparam>
    /// <param name="consumers">How many, from 1 to 65,536. Null: as many as configuration says, 4 by <c>reference.conf</c>.</param>
    public PipelineBuilder<T> Consume<TConsumer>(int? consumers = null)
        where TConsumer : class, IItemConsumer<T>
    {
        int count = consumers ?? Configured.Consumers;
        if (services is not { } container)
        {
            return Consume(count, static () => ActivatorUtilities.CreateInstance<TConsumer>(NoServices.Instance));
        }

        var made = FromContainer<TConsumer>(container);
        return Consume(count, () => new Hosting.ScopedConsumer<T, TConsumer>(made));
    }

    /// <summary>Sets the pool: consumers with outputs, that share a delegate.</summary>
    /// <typeparam name="TOut">The output.</typeparam>
    /// <param name="consumers">How many, from 1 to 65,536.</param>
    /// <param name="consume">Returning means done, throwing means failed and discards the item's outputs.</param>
    public EmittingPipelineBuilder<T, TOut> Consume<TOut>(
        int consumers, Func<Delivery<T>, IOutputs<TOut>, CancellationToken, ValueTask> consume)
    {
        ArgumentNullException.ThrowIfNull(consume);
        return Consume(consumers, () => new DelegateConsumer<T, TOut>(consume));
    }

    /// <summary>Sets the pool: consumers with outputs, each an object of its own.</summary>
    /// <typeparam name="TOut">The output.</typeparam>
    /// <param name="consumers">How many, from 1 to 65,536.</param>
    /// <param name="create">Makes a consumer's object; called once for each, and again when one is replaced.</param>
    public EmittingPipelineBuilder<T, TOut> Consume<TOut>(int consumers, Func<IItemConsumer<T, TOut>> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        PoolSize.Check(consumers);
        (consumerCount, createWorker, sink, emits) = (consumers, null, null, true);
        return new EmittingPipelineBuilder<T, TOut>(this, create);
    }

    /// <summary>
    /// Sets the pool: consumers of a class, with outputs. In a host they come from the container: one object if it is
    /// registered as a singleton, otherwise a scope and an object for each delivery. Without a host each consumer has one object
    /// of its own.
    /// </summary>
    /// <typeparam name="TConsumer">The class.</typeparam>
    /// <typeparam name="TOut">The output.</typeparam>
    /// <param name="consumers">How many, from 1 to 65,536. Null: as many as configuration says, 4 by <c>reference.conf</c>.</param>
    public EmittingPipelineBuilder<T, TOut> Consume<TConsumer, TOut>(int? consumers = null)
        where TConsumer : class, IItemConsumer<T, TOut>
    {
        int count = consumers ?? Configured.Consumers;
        if (services is not { } container)
        {
            return Consume(count, IItemConsumer<T, TOut> () => ActivatorUtilities.CreateInstance<TConsumer>(NoServices.Instance));
        }

        var made = FromContainer<TConsumer>(container);
        return Consume(count, IItemConsumer<T, TOut> () => new Hosting.ScopedConsumer<T, TOut, TConsumer>(made));
    }

    /// <summary>
    /// Starts the pipeline. It runs until it is completed or drained; until then its queue takes puts too.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait: what has been started meanwhile ends at once.</param>
    /// <exception cref="InvalidOperationException">A pipeline of this name runs in the system already.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task<RunningPipeline<T>> StartAsync(CancellationToken cancellationToken = default) =>
        StartAsync(endsWithSources: false, cancellationToken);

    /// <summary>Runs until the sources have ended and every item is settled.</summary>
    /// <param name="cancellationToken">Ends the run at once: what runs is cancelled, what is left is released.</param>
    /// <returns>The account of every item.</returns>
    /// <exception cref="PipelineFailedException">A source, a sink or a part of the engine failed.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public async Task<Settlement> RunToCompletionAsync(CancellationToken cancellationToken = default)
    {
        var running = await StartAsync(endsWithSources: true, cancellationToken).ConfigureAwait(false);
        Settlement settlement;
        await using (cancellationToken.UnsafeRegister(
            static started => _ = ((RunningPipeline<T>)started!).EndAtOnceAsync(), running).ConfigureAwait(false))
        {
            settlement = await running.Completion.ConfigureAwait(false);
        }

        return settlement.Outcome == PipelineOutcome.Drained && cancellationToken.IsCancellationRequested
            ? throw new OperationCanceledException(cancellationToken)
            : settlement;
    }

    /// <summary>Makes a consumer once, in vain, where they come from a container: so that what it lacks is told before any item.</summary>
    internal Task TryConsumerAsync() => tryConsumer();

    internal void SetSink(SinkPlan plan, Func<IActorRef, IActorRef, SinkRoom, ItemWorker<T>> create) =>
        (sink, createWorker) = (plan, create);

    internal string Name => name;

    /// <summary>Has something done before each start; it hears where the items are kept, null if they are not.</summary>
    internal void BeforeStart(Action<string?> prepare) => beforeStart += prepare;

    /// <summary>Somebody hears of failures; see <see cref="FailureHandling{T}.Heard"/>.</summary>
    internal void WhenAttemptFails(Action<long, FailedAttempt?, bool> heard) => attemptFailed = heard;

    internal async Task<RunningPipeline<T>> StartAsync(bool endsWithSources, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (emits && sink is null)
        {
            throw new InvalidOperationException(
                $"The consumers of {name} have outputs that go nowhere: call To(…), AsSource() or Discarding() on what Consume(…) returned.");
        }

        if (sources.Count > 0 && createWorker is null && endsWithSources)
        {
            throw new InvalidOperationException(
                $"The pipeline {name} has sources and no consumers, so it would never complete: call Consume(…) first.");
        }

        beforeStart?.Invoke(keeps == Durability.Full ? storePath : null);
        var starting = RunningPipeline<T>.StartAsync(system, Setup(endsWithSources));
        try
        {
            return await starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _ = EndOnceStartedAsync(starting);
            throw;
        }
    }

    /// <summary>Nobody waits for it any more, and nobody would end it.</summary>
    private static async Task EndOnceStartedAsync(Task<RunningPipeline<T>> starting)
    {
        await ((Task)starting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (starting.IsCompletedSuccessfully)
        {
            await (await starting.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
    }

    internal PipelineSetup<T> Setup(bool endsWithSources) => new()
    {
        Name = name,
        Limits = new QueueLimits(
            capacity, DeadLettersMax: deadLettersMax, DropsOldestDeadLetters: dropsOldestDeadLetters, Rate: rate)
        {
            Keeps = keeps,
            HandsOver = sink?.HandsOver is not null,
            WindowItems = durable.WindowItems,
            WindowBytes = durable.WindowBytes,
            PutIdsMax = durable.PutIdsMax,
            PutIdsFor = durable.PutIdsFor,
            SuspectAloneMax = durable.SuspectAloneMax,
        }.Within(durable.BoundedShare),
        PutsFailAtBound = durable.PutsFailAtDiskBytesMax,
        Order = order,
        SizeOf = sizeOf,
        Store = createStore?.Invoke() ?? new MemoryStore(),
        Replay = keeps switch
        {
            Durability.Checkpoint => Replay(),
            Durability.Full => ReplayBesideItems(),
            _ => null,
        },
        RunningPath = storePath is null ? null : RunningPage.PathOf(storePath, name),
        HandsOver = sink?.HandsOver,
        TakesOver = takesOver,
        Encoder = keeps == Durability.None ? null : new ItemEncoder<T>(codec ?? ItemCodec.Default<T>(), durable.ItemBytesThatFit),
        Time = time,
        Sources = [.. sources],
        Consumers = consumerCount,
        Threads = threads,
        CreateWorker = createWorker,
        Sink = sink,
        DeadLetters = deadLetters,
        Retry = retry,
        Timeout = timeout,
        FailureRule = Rule(),
        AttemptFailed = attemptFailed,
        KeyOf = keyOf,
        Keys = KeySettings(),
        SinkRepeats = Repeats(),
        Halts = halts.Count > 0 ? [.. halts] : [.. configured?.Halts ?? []],
        EndsWithSources = endsWithSources,
        Log = Telemetry.PipelineLogger.Of(system, services),
    };

    private PipelineBuilder<T> From(Func<ItemBufferPool<T>, SourcePump<T>> createPump, object source)
    {
        replayable = sources.Count == 0 ? source as IReplayableSource : null;
        sources.Add(new SourceSetup<T>(createPump, source as ISettledSource));
        return this;
    }

    private Hosting.ContainerConsumers<TConsumer> FromContainer<TConsumer>(IServiceProvider container)
        where TConsumer : class
    {
        var consumers = new Hosting.ContainerConsumers<TConsumer>(container);
        tryConsumer = consumers.TryAsync;
        return consumers;
    }

    private PipelineBuilder<T> Consume(int consumers, Func<IActorRef, IActorRef, SinkRoom, ItemWorker<T>> create)
    {
        PoolSize.Check(consumers);
        consumerCount = consumers;
        (createWorker, sink, emits) = (create, null, false);
        return this;
    }

    private sealed class NoServices : IServiceProvider
    {
        public static NoServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
