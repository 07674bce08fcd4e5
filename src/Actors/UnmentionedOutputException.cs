namespace AkkaPipeline;

/// <summary>What an output fails of that its sink's <see cref="BatchResult"/> left unmentioned.</summary>
public sealed class UnmentionedOutputException : Exception
{
    /// <summary>An output that was left unmentioned.</summary>
    public UnmentionedOutputException()
        : base("The sink did not mention this output in its result, so it counts as failed.")
    {
    }

    /// <summary>An output that was left unmentioned.</summary>
    /// <param name="message">Which, of how many.</param>
    public UnmentionedOutputException(string message)
        : base(message)
    {
    }

    /// <summary>An output that was left unmentioned.</summary>
    /// <param name="message">Which, of how many.</param>
    /// <param name="innerException">The cause.</param>
    public UnmentionedOutputException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal UnmentionedOutputException(int unmentioned, int count)
        : this($"The sink did not mention this output in its result, so it counts as failed: {unmentioned} of the batch's {count} were left out.")
    {
    }
}
