namespace AkkaPipeline;

/// <summary>A store cannot be opened or can no longer be used; the message says why, where, and what to do.</summary>
public class StoreException : Exception
{
    /// <param name="message">For people.</param>
    /// <param name="innerException">What caused it.</param>
    public StoreException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>A store has no room: the disk is full, or its own bound is reached. It goes on once there is room.</summary>
public sealed class StoreFullException : StoreException
{
    /// <param name="message">For people.</param>
    /// <param name="innerException">What caused it.</param>
    public StoreFullException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>Whether it is the store's own bound that is reached; else the disk is full.</summary>
    internal bool IsOwnBound { get; init; }

    /// <summary>Whether other queues are in the file, which may make room too.</summary>
    internal bool IsShared { get; init; }
}
