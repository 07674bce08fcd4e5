namespace AkkaPipeline;

/// <summary>The queue has been shut down: it takes no puts, and gets nothing once it is empty.</summary>
public sealed class QueueShutDownException : InvalidOperationException
{
    /// <summary>The queue has been shut down.</summary>
    public QueueShutDownException()
        : base("The queue has been shut down.")
    {
    }

    /// <summary>The queue has been shut down.</summary>
    /// <param name="message">Which one, and since when.</param>
    public QueueShutDownException(string message)
        : base(message)
    {
    }

    /// <summary>The queue has been shut down.</summary>
    /// <param name="message">Which one, and since when.</param>
    /// <param name="innerException">The cause.</param>
    public QueueShutDownException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>
/// A delivery was settled that is not the caller's to settle: it has been settled before, its lease has ended, or the
/// queue has fenced it. Nothing has changed.
/// </summary>
public sealed class AlreadySettledException : InvalidOperationException
{
    /// <summary>The delivery was settled before.</summary>
    public AlreadySettledException()
        : base("The delivery is settled already.")
    {
    }

    /// <summary>The delivery was settled before.</summary>
    /// <param name="message">Which one, and why it is refused.</param>
    public AlreadySettledException(string message)
        : base(message)
    {
    }

    /// <summary>The delivery was settled before.</summary>
    /// <param name="message">Which one, and why it is refused.</param>
    /// <param name="innerException">The cause.</param>
    public AlreadySettledException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>
/// What an item has failed of that ran when the process died, was run alone after that, and the process died each time: that
/// counts as a failed attempt.
/// </summary>
public sealed class ProcessKilledException : Exception
{
    /// <summary>The process died while the item ran alone.</summary>
    public ProcessKilledException()
        : base("The process died while this item ran, and twice again while it ran alone.")
    {
    }

    /// <summary>The process died while the item ran alone.</summary>
    /// <param name="message">What died, and how often.</param>
    public ProcessKilledException(string message)
        : base(message)
    {
    }

    /// <summary>The process died while the item ran alone.</summary>
    /// <param name="message">What died, and how often.</param>
    /// <param name="innerException">The cause.</param>
    public ProcessKilledException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A pipeline ended as failed. <see cref="Settlement"/> accounts for every item.</summary>
public sealed class PipelineFailedException : Exception
{
    /// <summary>A pipeline ended as failed.</summary>
    public PipelineFailedException()
        : base("The pipeline failed.")
    {
    }

    /// <summary>A pipeline ended as failed.</summary>
    /// <param name="message">What failed.</param>
    public PipelineFailedException(string message)
        : base(message)
    {
    }

    /// <summary>A pipeline ended as failed.</summary>
    /// <param name="message">What failed.</param>
    /// <param name="innerException">The cause.</param>
    public PipelineFailedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The account of every item, where the pipeline had come so far as to have one.</summary>
    public Settlement? Settlement { get; init; }
}
