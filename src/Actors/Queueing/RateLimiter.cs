using System.Numerics;

namespace AkkaPipeline.Queueing;

/// <summary>
/// Lets items through at a <see cref="Rate"/>. This is the generic cell rate algorithm (ATM Forum, Traffic Management
/// Specification 4.0, 1996), a token bucket in one number: the theoretical arrival time. The limiter itself does not
/// change; whoever is limited keeps one long, 0 at first, so that a million keys cost eight bytes each.
/// </summary>
/// <remarks>
/// The number counts not time but the items that the rate lets through since the origin, in parts of an item. An item so
/// is a whole number of parts, and time becomes parts by one division from the origin, whose remainder is never lost:
/// nothing adds up to a drift, whatever the rate. An item has as many parts as a hundred years leave room for, so that a
/// part is what goes by in some 3 ns. That is how much too early or late an item may be after a rest.
/// </remarks>
internal sealed class RateLimiter
{
    private const double YearsSeconds = 100 * 365.25 * 86_400;
    private const int StateBits = 62;
    private const long StateMax = 1L << StateBits;

    /// <summary>
    /// How late whoever waits for the rate may be without losing what came due meanwhile: timers are late by some
    /// milliseconds, and a burst of one item would forgive none.
    /// </summary>
    public static readonly TimeSpan LateMax = TimeSpan.FromMilliseconds(20);

    private readonly long origin;
    private readonly int partBits;
    private readonly long burst;

    // In so many ticks of the clock so many parts go by: an exact fraction, or one of 62 bits.
    private readonly long parts;
    private readonly long ticks;

    /// <param name="rate">The rate.</param>
    /// <param name="frequency">Timestamps a second: <see cref="TimeProvider.TimestampFrequency"/>.</param>
    /// <param name="origin">A timestamp that lies before all that will be given; the bucket is full there.</param>
    public RateLimiter(Rate rate, long frequency, long origin)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frequency, 1);
        Rate = rate;
        this.origin = origin;
        partBits = Math.Max(0, StateBits - 1 - (int)Math.Ceiling(Math.Log2((rate.ItemsPerSecond * YearsSeconds) + rate.Burst + 1)));
        burst = rate.Burst << partBits;
        (parts, ticks) = Fraction(
            ((BigInteger)rate.Items * TimeSpan.TicksPerSecond) << partBits, (BigInteger)rate.Per.Ticks * frequency);
    }

    public Rate Rate { get; }

    /// <summary>How many items may start now.</summary>
    /// <param name="state">What the limited one keeps.</param>
    /// <param name="now">A timestamp.</param>
    /// <param name="most">How many are wanted.</param>
    public int Available(long state, long now, int most) => Available(state, now, most, now);

    /// <summary>As <see cref="Available(long, long, int)"/>, with what has come due since a moment beyond the burst.</summary>
    /// <param name="state">What the limited one keeps.</param>
    /// <param name="now">A timestamp.</param>
    /// <param name="most">How many are wanted.</param>
    /// <param name="since">Since then the rate would have been used to the full; to be taken as of then.</param>
    public int Available(long state, long now, int most, long since) =>
        (int)Math.Clamp((burst + Passed(now) - Math.Max(state, Passed(since))) >> partBits, 0, most);

    /// <summary>Counts items that start now. More than are available may be taken: what follows waits the longer.</summary>
    public void Take(ref long state, long now, int count) =>
        state = (long)Int128.Min(StateMax, (Int128)Math.Max(state, Passed(now)) + ((Int128)count << partBits));

    /// <summary>Items that were taken have not been started after all.</summary>
    public void GiveBack(ref long state, int count) => state = (long)Int128.Max(0, state - ((Int128)count << partBits));

    /// <summary>The first timestamp, not before now, at which one item may start if none is taken until then.</summary>
    public long NextAt(long state, long now)
    {
        var needed = state + (1L << partBits) - burst;
        return needed <= Passed(now) ? now : TimestampOf(needed);
    }

    /// <summary>The timestamp from which on the whole burst may start if none is taken until then.</summary>
    public long FullAt(long state) => TimestampOf(state);

    private long TimestampOf(long passed) => (long)Int128.Min(long.MaxValue, origin + ((((Int128)passed * ticks) + parts - 1) / parts));

    /// <summary>
    /// Takes over what another limiter's state says when the rate changes: as many items as might have started there may
    /// start here, up to the new burst; a larger burst fills at the new rate. So however often the rate changes, nothing is let
    /// through twice, and the next item waits no longer than the new rate takes for one.
    /// </summary>
    public long Adopt(long state, RateLimiter before, long now)
    {
        var left = (Int128)Math.Max(0, before.burst - before.Owed(state, now)) << partBits >> before.partBits;
        return Passed(now) + burst - (long)Int128.Min(burst, left);
    }

    // What has been let through and has not gone by yet.
    private long Owed(long state, long now) => Math.Max(0, state - Passed(now));

    private long Passed(long now)
    {
        var elapsed = Int128.Clamp((Int128)now - origin, 0, long.MaxValue);
        return (long)Int128.Min(StateMax, elapsed * parts / ticks);
    }

    private static (long Parts, long Ticks) Fraction(BigInteger parts, BigInteger ticks)
    {
        var shared = BigInteger.GreatestCommonDivisor(parts, ticks);
        (parts, ticks) = (parts / shared, ticks / shared);
        var excess = (int)Math.Max(0, Math.Max(parts.GetBitLength(), ticks.GetBitLength()) - 62);
        return ((long)(parts >> excess), (long)(ticks >> excess) + (excess > 0 ? 1 : 0));
    }
}
