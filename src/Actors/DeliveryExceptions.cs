namespace AkkaPipeline;

/// <summary>Stands in a dead letter, or in an attempt, for what a consumer has decided without throwing.</summary>
public sealed class ConsumerDecisionException : Exception
{
    /// <summary>A consumer has decided against its item.</summary>
    public ConsumerDecisionException()
        : base("The consumer has decided so.")
    {
    }

    /// <summary>A consumer has decided against its item.</summary>
    /// <param name="message">What it has decided, and why.</param>
    public ConsumerDecisionException(string message)
        : base(message)
    {
    }

    /// <summary>A consumer has decided against its item.</summary>
    /// <param name="message">What it has decided, and why.</param>
    /// <param name="innerException">The cause.</param>
    public ConsumerDecisionException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
