using System.Globalization;

namespace AkkaPipeline;

/// <summary>
/// How long an item waits between a failed attempt and the next one. Unless it is <see cref="WithoutJitter"/> the wait is
/// drawn evenly between zero and what the kind says (full jitter: Marc Brooker, "Exponential Backoff And Jitter", AWS
/// Architecture Blog, 2015), so that items that failed together do not come back together.
/// </summary>
public sealed class RetryBackoff
{
    private readonly Func<int, TimeSpan> wait;
    private readonly TimeSpan max;
    private readonly bool jitter;
    private readonly string text;

    private RetryBackoff(string text, Func<int, TimeSpan> wait, TimeSpan max, bool jitter = true)
    {
        this.text = text;
        this.wait = wait;
        this.max = max;
        this.jitter = jitter;
    }

    /// <summary>No wait: the next attempt at once.</summary>
    public static RetryBackoff None { get; } = new("none", static _ => TimeSpan.Zero, TimeSpan.Zero, jitter: false);

    /// <summary>What a policy has unless told otherwise.</summary>
    internal static RetryBackoff Default { get; } = Exponential(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));

    /// <summary>The same wait each time.</summary>
    /// <param name="delay">Zero or more.</param>
    /// <param name="max">What no wait exceeds; null: no such bound.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is negative.</exception>
    public static RetryBackoff Constant(TimeSpan delay, TimeSpan? max = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return new($"constant {ReadableTime.Of(Lesser(delay, Cap(max)))}", _ => delay, Cap(max));
    }

    /// <summary>Waits that grow evenly: the third is three times <paramref name="first"/>.</summary>
    /// <param name="first">The wait after the first failed attempt; zero or more.</param>
    /// <param name="max">What no wait exceeds; not less than <paramref name="first"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static RetryBackoff Linear(TimeSpan first, TimeSpan max)
    {
        Check(first, max);
        return new(
            $"linear from {ReadableTime.Of(first)} to {ReadableTime.Of(max)}", failed => Times(first, failed, max), max);
    }

    /// <summary>Waits that grow by a factor: with the default each is twice the one before.</summary>
    /// <param name="first">The wait after the first failed attempt; zero or more.</param>
    /// <param name="max">What no wait exceeds; not less than <paramref name="first"/>.</param>
    /// <param name="factor">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static RetryBackoff Exponential(TimeSpan first, TimeSpan max, double factor = 2)
    {
        Check(first, max);
        if (!double.IsFinite(factor) || factor < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "The factor has to be at least 1.");
        }

        var by = factor == 2 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $" by {factor}");
        return new(
            $"exponential{by} from {ReadableTime.Of(first)} to {ReadableTime.Of(max)}",
            failed => Times(first, Math.Pow(factor, failed - 1), max),
            max);
    }

    /// <summary>The waits one by one; the last one repeats.</summary>
    /// <param name="delays">At least one; each zero or more.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">One is negative.</exception>
    public static RetryBackoff Listed(params TimeSpan[] delays) => Listed(delays, null);

    /// <summary>The waits one by one; the last one repeats.</summary>
    /// <param name="delays">At least one; each zero or more.</param>
    /// <param name="max">What no wait exceeds; null: no such bound.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument is negative.</exception>
    public static RetryBackoff Listed(IReadOnlyList<TimeSpan> delays, TimeSpan? max = null)
    {
        ArgumentNullException.ThrowIfNull(delays);
        TimeSpan[] waits = [.. delays];
        if (waits.Length == 0)
        {
            throw new ArgumentException("A listed backoff needs at least one wait.", nameof(delays));
        }

        foreach (var delay in waits)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero, nameof(delays));
        }

        var cap = Cap(max);
        return new(
            $"listed {string.Join(", ", waits.Select(delay => ReadableTime.Of(Lesser(delay, cap))))}",
            failed => waits[Math.Min(failed, waits.Length) - 1],
            cap);
    }

    /// <summary>The same backoff with its waits as they are, not drawn between zero and them.</summary>
    public RetryBackoff WithoutJitter() => jitter ? new(text, wait, max, jitter: false) : this;

    /// <summary>What it is, as in <c>exponential from 1 s to 2 min, full jitter</c>.</summary>
    public override string ToString() => jitter ? $"{text}, full jitter" : text;

    /// <summary>The wait after so many failed attempts.</summary>
    /// <param name="failedAttempts">From 1.</param>
    /// <param name="random">What the jitter is drawn from.</param>
    internal TimeSpan After(int failedAttempts, Random random)
    {
        var most = Most(failedAttempts);
        return jitter ? new TimeSpan(random.NextInt64(Math.Max(most.Ticks, unchecked(most.Ticks + 1)))) : most;
    }

    /// <summary>The longest that the wait after so many failed attempts can be.</summary>
    /// <param name="failedAttempts">From 1.</param>
    internal TimeSpan Most(int failedAttempts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failedAttempts, 1);
        return Lesser(wait(failedAttempts), max);
    }

    // A double reaches further than ticks do: what is beyond the maximum, or infinite, is the maximum.
    private static TimeSpan Times(TimeSpan first, double times, TimeSpan max)
    {
        var ticks = first.Ticks * times;
        return first == TimeSpan.Zero ? first : ticks < max.Ticks ? new TimeSpan(Math.Max(first.Ticks, (long)ticks)) : max;
    }

    private static TimeSpan Lesser(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Cap(TimeSpan? max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max ?? TimeSpan.Zero, TimeSpan.Zero, nameof(max));
        return max ?? TimeSpan.MaxValue;
    }

    private static void Check(TimeSpan first, TimeSpan max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, first);
    }
}
