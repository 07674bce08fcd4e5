namespace AkkaPipeline;

/// <summary>How often and when a failed item is tried again, and after which exceptions. Without a policy an item has one attempt.</summary>
public sealed record RetryPolicy
{
    /// <summary>5 attempts, waits from 1 s to 2 min, retried unless the exception speaks of an argument or a format.</summary>
    public static RetryPolicy Default { get; } = new();

    /// <summary>How many attempts an item has, the first one included; at least 1. Default: 5.</summary>
    public int MaxAttempts
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 5;

    /// <summary>The waits between attempts. Default: exponential from 1 s to 2 min, with full jitter.</summary>
    public RetryBackoff Backoff
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = RetryBackoff.Default;

    /// <summary>
    /// Whether an item that failed with this exception is tried again; otherwise it is a dead letter at once. It is called
    /// from many consumers at once. If it throws, <see cref="RetriesByDefault"/> decides. Default: <see cref="RetriesByDefault"/>.
    /// </summary>
    public Func<Exception, bool> Retries
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = RetriesByDefault;

    /// <summary>
    /// True unless it is an <see cref="ArgumentException"/> or a <see cref="FormatException"/>, or derived from one: the same
    /// item would fail the same way again.
    /// </summary>
    public static bool RetriesByDefault(Exception exception) => exception is not (ArgumentException or FormatException);

    /// <summary>What it is, as in <c>at most 5 attempts, exponential from 1 s to 2 min, full jitter</c>.</summary>
    public override string ToString() =>
        $"at most {MaxAttempts} {(MaxAttempts == 1 ? "attempt" : "attempts")}, {Backoff}";
}
