using Akka.Configuration;
using AkkaPipeline.Configuring;
using Microsoft.Extensions.Configuration;

namespace AkkaPipeline;

/// <content>
/// What configuration says where the code says nothing. What code says of a thing (its retries, its timeout, …) stands for the
/// whole of that section.
/// </content>
public sealed partial class PipelineBuilder<T>
{
    private PipelineOptions? configured;
    private TimeSpan? drainTimeout;

    /// <summary>
    /// Sets how long a drain by the host may take before what still runs is cancelled and released; where
    /// <see cref="PipelineHostOptions.DrainTimeout"/> is shorter, that counts. Default: what configuration says under
    /// <c>drain-timeout</c>; where it says nothing, the host's.
    /// </summary>
    /// <param name="longest">Zero or more; zero ends at once.</param>
    public PipelineBuilder<T> DrainTimeout(TimeSpan longest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, TimeSpan.Zero);
        drainTimeout = longest;
        return this;
    }

    /// <summary>Sets the pool: as many consumers as configuration says (4 by <c>reference.conf</c>), that share a delegate.</summary>
    /// <param name="consume">Returning means done, throwing means failed.</param>
    public PipelineBuilder<T> Consume(Func<Delivery<T>, CancellationToken, ValueTask> consume) => Consume(Configured.Consumers, consume);

    /// <summary>Sets the pool: as many consumers as configuration says (4 by <c>reference.conf</c>), each an object of its own.</summary>
    /// <param name="create">Makes a consumer's object; called once for each, and again when one is replaced.</param>
    public PipelineBuilder<T> Consume(Func<IItemConsumer<T>> create) => Consume(Configured.Consumers, create);

    /// <summary>Sets the pool: as many consumers with outputs as configuration says (4 by <c>reference.conf</c>), that share a delegate.</summary>
    /// <typeparam name="TOut">The output.</typeparam>
    /// <param name="consume">Returning means done, throwing means failed and discards the item's outputs.</param>
    public EmittingPipelineBuilder<T, TOut> Consume<TOut>(Func<Delivery<T>, IOutputs<TOut>, CancellationToken, ValueTask> consume) =>
        Consume(Configured.Consumers, consume);

    /// <summary>Sets the pool: as many consumers with outputs as configuration says (4 by <c>reference.conf</c>), each an object of its own.</summary>
    /// <typeparam name="TOut">The output.</typeparam>
    /// <param name="create">Makes a consumer's object; called once for each, and again when one is replaced.</param>
    public EmittingPipelineBuilder<T, TOut> Consume<TOut>(Func<IItemConsumer<T, TOut>> create) => Consume(Configured.Consumers, create);

    /// <summary>Null: the host decides.</summary>
    internal TimeSpan? DrainsWithin => drainTimeout ?? (Configured.SaysDrainTimeout ? Configured.DrainTimeout : null);

    private PipelineOptions Configured =>
        configured ?? throw new InvalidOperationException($"No configuration has been applied to the pipeline {name}.");

    /// <summary>
    /// Takes over what the application's configuration, the actor system's HOCON and reference.conf say, in this order of
    /// precedence. It comes before anything that code says, which is thereby over it.
    /// </summary>
    /// <exception cref="ConfigurationException">Something there is wrong: it tells all of it, a line each.</exception>
    internal PipelineBuilder<T> ApplyConfigured(IConfiguration? application)
    {
        var faults = new ConfigFaults();
        ConfigObject hocon = ActorSystemConfiguration.Of(system).Written;
        PipelineOptions options = application is null
            ? PipelineConfiguration.Read(name, faults, hocon)
            : PipelineConfiguration.Read(name, faults, ConfigurationLayer.Read(application, name, faults), hocon);
        if (faults.Count > 0)
        {
            throw new ConfigurationException($"The configuration of the pipeline {name} is wrong:\n{faults.Format().TrimEnd('\n')}");
        }

        configured = options;
        Take(options);
        return this;
    }

    private void Take(PipelineOptions options)
    {
        capacity = options.Queue.Capacity;
        order = options.Queue.Order == QueueOrder.LastInFirstOut ? ItemOrder.LastInFirstOut<T>() : ItemOrder.FirstInFirstOut<T>();
        threads = options.Threads;
        (deadLettersMax, dropsOldestDeadLetters) = (options.DeadLetters.Max, options.DeadLetters.DropsOldest);
        (retry, timeout, rate, ratePerKey) = (options.Retry, options.Timeout, options.Rate, options.RatePerKey);
        durable = options.Queue.Durable;
        if (options.Queue is { Path: { } path, Durability: var keeps })
        {
            _ = keeps == QueueDurability.Checkpoint ? Checkpointed(path, durable) : Durable(path, durable);
        }
    }

    /// <summary>A sink's batches: what code leaves open is as configuration says.</summary>
    internal BatchOptions<TOut>? BatchesOf<TOut>(BatchOptions<TOut>? said)
    {
        BatchSettings? batch = configured?.Batch;
        BreakerSettings? breaker = configured?.Breaker;
        return batch is null && breaker is null ? said : new BatchOptions<TOut>
        {
            ItemsMax = said?.ItemsMax ?? batch?.ItemsMax,
            BytesMax = said?.BytesMax ?? batch?.BytesMax,
            TimeMax = said?.TimeMax ?? batch?.TimeMax,
            KeyOf = said?.KeyOf,
            SizeOf = said?.SizeOf,
            Breaker = said?.Breaker ?? breaker?.Options,
        };
    }
}
