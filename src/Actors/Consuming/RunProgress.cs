namespace AkkaPipeline.Consuming;

/// <summary>How far a runner is with a grant.</summary>
internal sealed class RunProgress<T>(GrantedWork<T> work)
{
    private HashSet<string>? stoppedKeys;

    public GrantedWork<T> Work => work;

    /// <summary>Items before this index are done.</summary>
    public int DoneUpTo { get; set; }

    /// <summary>When the item at hand began, as a timestamp of the pipeline's clock: at the latest the end of the one before.</summary>
    public long ItemStartedAt { get; set; }

    public void ReportedTo(int index)
    {
        DoneUpTo = index;
        work.ReportedUpTo = index;
    }

    /// <summary>An item did not succeed: what follows of its key in this grant is handed back.</summary>
    public void Stop(int index)
    {
        if (work.IsKeyed)
        {
            (stoppedKeys ??= []).Add(work.KeyAt(index)!);
        }
    }

    /// <summary>Claims what follows an item and is not to be run either, so that it is handed back as one.</summary>
    /// <param name="to">Up to here it is claimed.</param>
    /// <returns>Up to where it is claimed now.</returns>
    public int ClaimStopped(int to)
    {
        while (to < work.Count && IsStopped(to) && work.Range.Claim(1) is var (from, end) && end > from)
        {
            to = end;
        }

        return to;
    }

    public bool IsStopped(int index) => stoppedKeys?.Contains(work.KeyAt(index)!) == true;
}
