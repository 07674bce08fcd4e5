namespace AkkaPipeline.Queueing;

/// <summary>
/// How much one grant carries. Guided self-scheduling (Polychronopoulos and Kuck, 1987) with a floor: half a fair share
/// of what is ready, but no less than some 20 µs of work, so that a short backlog is not cut into dust.
/// </summary>
internal static class GrantGuide
{
    /// <summary>The work below which a grant is not cut, in nanoseconds.</summary>
    public const long FloorNanoseconds = 20_000;

    /// <param name="wants">What the consumer asks for.</param>
    /// <param name="ready">How many items are ready.</param>
    /// <param name="active">How many consumers hold work or ask for it.</param>
    /// <returns>At least 1.</returns>
    public static int Size(WorkDemand wants, long ready, int active)
    {
        var most = Math.Max(1, wants.Items);
        if (wants.Wait != WaitMode.ForWork)
        {
            return (int)Math.Min(most, ready);
        }

        var share = ready / (2L * Math.Max(1, active));
        var floor = wants.NanosecondsPerItem > 0 ? FloorNanoseconds / wants.NanosecondsPerItem : 1;
        return (int)Math.Clamp(Math.Max(share, floor), 1, most);
    }
}
