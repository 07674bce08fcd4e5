namespace AkkaPipeline.Consuming;

/// <summary>
/// A consumer's recent service times, and a high quantile of them: what it asks for has to be done in about a
/// millisecond even if the next items are among the slow ones.
/// </summary>
internal sealed class ServiceTimes
{
    /// <summary>The work a consumer asks for, in nanoseconds.</summary>
    public const long WantedNanoseconds = 1_000_000;

    private const int Kept = 32;
    private const double Quantile = 0.9;

    private readonly float[] recent = new float[Kept];
    private int count;
    private int next;

    /// <summary>The quantile in nanoseconds an item; 0 before the first item.</summary>
    public long NanosecondsPerItem { get; private set; }

    /// <summary>How many items to ask for.</summary>
    public int Wanted => NanosecondsPerItem == 0
        ? 1
        : (int)Math.Clamp(WantedNanoseconds / NanosecondsPerItem, 1, Queueing.Chunk.ItemsMax);

    /// <summary>What is known now.</summary>
    public ServiceEstimate Now => new(NanosecondsPerItem, Mean, Wanted);

    private long Mean
    {
        get
        {
            var sum = 0.0;
            for (var index = 0; index < count; index++)
            {
                sum += recent[index];
            }

            return count == 0 ? 0 : Math.Max(1, (long)(sum / count));
        }
    }

    /// <summary>Adds a measurement over some items done one after the other.</summary>
    public void Add(long nanoseconds, int items)
    {
        recent[next] = (float)nanoseconds / items;
        next = (next + 1) % Kept;
        count = Math.Min(count + 1, Kept);
    }

    /// <summary>Brings <see cref="NanosecondsPerItem"/> up to date.</summary>
    public void Update()
    {
        if (count == 0)
        {
            return;
        }

        Span<float> sorted = stackalloc float[Kept];
        sorted = sorted[..count];
        recent.AsSpan(0, count).CopyTo(sorted);
        sorted.Sort();
        NanosecondsPerItem = Math.Max(1, (long)sorted[(int)((count - 1) * Quantile)]);
    }
}

/// <summary>A consumer's estimate of its service time.</summary>
/// <param name="NanosecondsPerItem">A high quantile; 0 before the first item.</param>
/// <param name="MeanNanoseconds">The mean; 0 before the first item.</param>
/// <param name="Wanted">How many items to ask for.</param>
internal readonly record struct ServiceEstimate(long NanosecondsPerItem, long MeanNanoseconds, int Wanted);
