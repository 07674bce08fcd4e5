namespace AkkaPipeline.Tests.Simulation;

/// <summary>A clock that stands still until the scheduler moves it. Its timestamps are nanoseconds.</summary>
internal sealed class VirtualTime : TimeProvider
{
    public const long Microsecond = 1_000;
    public const long Millisecond = 1_000_000;
    public const long Second = 1_000_000_000;

    public long Now { get; private set; }

    public override long TimestampFrequency => Second;

    public override long GetTimestamp() => Now;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(Now / 100);

    public void AdvanceTo(long timestamp) => Now = Math.Max(Now, timestamp);
}
