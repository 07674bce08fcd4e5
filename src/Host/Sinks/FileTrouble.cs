namespace AkkaPipeline.Host.Sinks;

/// <summary>What the file system can throw at a sink.</summary>
internal static class FileTrouble
{
    public static bool Is(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>The cause as a sentence, without the path that the runtime appends: our messages name it first.</summary>
    public static string Cause(Exception exception)
    {
        string message = exception.Message;
        int path = message.LastIndexOf(" : '", StringComparison.Ordinal);
        return (path < 0 ? message : message[..path]).TrimEnd('.') + ".";
    }
}
