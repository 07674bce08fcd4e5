namespace AkkaPipeline.Testing;

/// <summary>What became of a pipeline and of its items.</summary>
/// <typeparam name="T">The item.</typeparam>
public class PipelineTestResult<T>
{
    internal PipelineTestResult(
        Settlement settlement, IReadOnlyList<TestedItem<T>> items, IReadOnlyList<DeadLetteredItem<T>> deadLetters, TimeSpan elapsed)
    {
        Settlement = settlement;
        Items = items;
        DeadLetters = deadLetters;
        Elapsed = elapsed;
    }

    /// <summary>The account of all items.</summary>
    public Settlement Settlement { get; }

    /// <summary>The items that were given, in their order.</summary>
    public IReadOnlyList<TestedItem<T>> Items { get; }

    /// <summary>The dead letters, in the order in which they became such; none where the pipeline has a sink of its own for them.</summary>
    public IReadOnlyList<DeadLetteredItem<T>> DeadLetters { get; }

    /// <summary>How long it took by the test's clock: the sum of the waits, as if work took no time.</summary>
    public TimeSpan Elapsed { get; }
}

/// <summary>What became of a pipeline with outputs.</summary>
/// <typeparam name="T">The item.</typeparam>
/// <typeparam name="TOut">The output.</typeparam>
public sealed class PipelineTestResult<T, TOut> : PipelineTestResult<T>
{
    internal PipelineTestResult(PipelineTestResult<T> result, IReadOnlyList<TOut> outputs)
        : base(result.Settlement, result.Items, result.DeadLetters, result.Elapsed) => Outputs = outputs;

    /// <summary>The outputs of items that succeeded, in the order in which the sink has got them: with one consumer, that of the items.</summary>
    public IReadOnlyList<TOut> Outputs { get; }
}

/// <summary>What became of an item.</summary>
public enum ItemTestOutcome
{
    /// <summary>It is done.</summary>
    Acked,

    /// <summary>It has failed for good.</summary>
    DeadLettered,

    /// <summary>The pipeline has ended before it was settled, or before it was read.</summary>
    Released,
}

/// <summary>An item and what became of it.</summary>
/// <typeparam name="T">The item.</typeparam>
public sealed class TestedItem<T>
{
    internal TestedItem(T item, ItemTestOutcome outcome, IReadOnlyList<FailedAttempt> failures, DeadLetteredItem<T>? deadLetter)
    {
        Item = item;
        Outcome = outcome;
        Failures = failures;
        DeadLetter = deadLetter;
    }

    /// <summary>As it was given.</summary>
    public T Item { get; }

    /// <summary>What became of it.</summary>
    public ItemTestOutcome Outcome { get; }

    /// <summary>Its failed attempts, oldest first.</summary>
    public IReadOnlyList<FailedAttempt> Failures { get; }

    /// <summary>How often it was tried again.</summary>
    public int Retries => Outcome == ItemTestOutcome.DeadLettered && Failures.Count > 0 ? Failures.Count - 1 : Failures.Count;

    /// <summary>Why it is a dead letter; null if it is none, or where the pipeline has a sink of its own for them.</summary>
    public DeadLetteredItem<T>? DeadLetter { get; }
}
