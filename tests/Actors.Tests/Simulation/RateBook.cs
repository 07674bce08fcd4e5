namespace AkkaPipeline.Tests.Simulation;

/// <summary>A bucket that leaks at a rate: filled above its burst, more was granted in some window than the rate allows.</summary>
/// <param name="rate">The rate.</param>
/// <param name="time">The clock.</param>
/// <param name="late">How late whoever waits may be without losing what came due meanwhile.</param>
internal sealed class RateBook(Rate rate, VirtualTime time, TimeSpan late = default)
{
    // The limiter counts in parts of an item that go by in some 3 ns.
    private const double Tolerance = 0.01;
    private const double PartSeconds = 4e-9;

    private Rate rate = rate;
    private double filled;
    private long at = time.Now;

    /// <summary>Raised by every change.</summary>
    public int Version { get; private set; }

    /// <returns>Whether so many may be granted now.</returns>
    public bool Grants(int items)
    {
        Leak();
        filled += items;
        return filled <= rate.Burst + Tolerance + (rate.ItemsPerSecond * (PartSeconds + late.TotalSeconds));
    }

    /// <summary>Items that were granted have come back as they went.</summary>
    public void GiveBack(int items)
    {
        Leak();
        filled = Math.Max(0, filled - items);
    }

    /// <summary>What was left of the old burst may be used still.</summary>
    public void Change(Rate to)
    {
        Leak();
        var left = Math.Min(to.Burst, Math.Max(0, rate.Burst - filled));
        Version++;
        rate = to;
        filled = to.Burst - left;
    }

    private void Leak()
    {
        filled = Math.Max(0, filled - (rate.ItemsPerSecond * (time.Now - at) / VirtualTime.Second));
        at = time.Now;
    }
}
