namespace AkkaPipeline.Sinking;

/// <summary>
/// A failed batch, or what failed of it, is written again before anything else is: for items in order by key, which
/// nothing may overtake.
/// </summary>
/// <param name="AttemptsMax">How often it is written at most; then its items fail for good.</param>
/// <param name="DelayAfter">How long to wait after so many failed writes of it, from 1.</param>
internal sealed record RepeatsInPlace(int AttemptsMax, Func<int, TimeSpan> DelayAfter)
{
    /// <summary>Whether to write again what has failed of an exception; else it fails at once. User code: never on an actor's turn.</summary>
    public Func<Exception, bool> Repeats { get; init; } = static _ => true;
}
