namespace AkkaPipeline;

/// <summary>Thrown by a sink that cannot go on (a full disk, a lost connection): the pipeline ends as failed.</summary>
public sealed class BrokenSinkException : Exception
{
    /// <summary>A sink that cannot go on.</summary>
    public BrokenSinkException()
        : base("The sink cannot go on.")
    {
    }

    /// <summary>A sink that cannot go on.</summary>
    /// <param name="message">What broke, where, and what to do.</param>
    public BrokenSinkException(string message)
        : base(message)
    {
    }

    /// <summary>A sink that cannot go on.</summary>
    /// <param name="message">What broke, where, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public BrokenSinkException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
