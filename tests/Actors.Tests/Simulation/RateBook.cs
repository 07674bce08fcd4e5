namespace AkkaPipeline.Tests.Simulation;

/// <summary>A bucket that leaks at a rate: filled above its burst, more was granted in some window than the rate allows.</summary>
internal sealed class RateBook(Rate rate, VirtualTime time)
{
    // The limiter counts in parts of an item that go by in some 3 ns.
    private const double Tolerance = 0.01;
    private const double PartSeconds = 4e-9;

    private Rate rate = rate;
    private double filled;
    private long at = time.Now;

    /// <returns>Whether so many may be granted now.</returns>
    public bool Grants(int items)
    {
        Leak();
        filled += items;
        return filled <= rate.Burst + Tolerance + (rate.ItemsPerSecond * PartSeconds);
    }

    /// <summary>What was left of the old burst may be used still.</summary>
    public void Change(Rate to)
    {
        Leak();
        var left = Math.Min(to.Burst, Math.Max(0, rate.Burst - filled));
        rate = to;
        filled = to.Burst - left;
    }

    private void Leak()
    {
        filled = Math.Max(0, filled - (rate.ItemsPerSecond * (time.Now - at) / VirtualTime.Second));
        at = time.Now;
    }
}
