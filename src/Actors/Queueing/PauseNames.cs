namespace AkkaPipeline.Queueing;

/// <summary>Who pauses a queue.</summary>
internal static class PauseNames
{
    /// <summary>A person, or the user's code.</summary>
    public const string User = "user";

    /// <summary>A consumer that has learnt of a limit elsewhere.</summary>
    public const string Limit = "limit";

    /// <summary>The sink's breaker.</summary>
    public const string Breaker = "breaker";

    /// <summary>The pool: too many consumers run code that does not return.</summary>
    public const string Abandoned = "abandoned";
}
