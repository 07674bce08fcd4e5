namespace AkkaPipeline;

/// <summary>Moments as timestamps of a clock, and the way between the two.</summary>
internal static class Timestamps
{
    /// <summary>The timestamp a while from now; the latest there is, where it lies beyond.</summary>
    public static long After(TimeProvider time, TimeSpan delay) => After(time, time.GetTimestamp(), delay);

    public static long After(TimeProvider time, long timestamp, TimeSpan delay)
    {
        var ticks = delay.Ticks * (double)time.TimestampFrequency / TimeSpan.TicksPerSecond;
        return ticks >= long.MaxValue - timestamp ? long.MaxValue : timestamp + (long)Math.Ceiling(ticks);
    }

    /// <summary>How long until a timestamp; zero if it has passed.</summary>
    public static TimeSpan Until(TimeProvider time, long timestamp)
    {
        var now = time.GetTimestamp();
        return timestamp <= now ? TimeSpan.Zero
            : timestamp == long.MaxValue ? TimeSpan.MaxValue
            : time.GetElapsedTime(now, timestamp);
    }

    /// <summary>The date and time a while from now; the latest there is, where it lies beyond.</summary>
    public static DateTimeOffset UtcAfter(TimeProvider time, TimeSpan delay) =>
        time.GetUtcNow() is var now && delay >= DateTimeOffset.MaxValue - now ? DateTimeOffset.MaxValue : now + delay;

    /// <summary>A timestamp as the clock's date and time.</summary>
    public static DateTimeOffset ToUtc(TimeProvider time, long timestamp)
    {
        var until = Until(time, timestamp);
        return until >= DateTimeOffset.MaxValue - time.GetUtcNow() ? DateTimeOffset.MaxValue : time.GetUtcNow() + until;
    }
}
