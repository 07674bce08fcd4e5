namespace AkkaPipeline.Host.Commands;

/// <summary>A command line that says nothing we know; the message tells what was expected.</summary>
internal sealed class UsageException : Exception
{
    public UsageException()
    {
    }

    public UsageException(string message)
        : base(message)
    {
    }

    public UsageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
