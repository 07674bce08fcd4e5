namespace AkkaPipeline.Queueing;

/// <summary>
/// The items that ran when an earlier process died. One of them may have killed it: each is granted while nothing else runs,
/// for a while at most, so that a second death names it.
/// </summary>
internal sealed class SuspectWatch
{
    private readonly Dictionary<long, Suspect> known = [];
    private readonly SortedSet<long> waiting = [];

    /// <summary>Whether there are any, here or still to come.</summary>
    public bool Any => known.Count > 0;

    /// <summary>Whether nothing but a suspect is granted.</summary>
    public bool HoldBack => waiting.Count > 0 || Alone is not null;

    /// <summary>The one that is granted alone.</summary>
    public long? Alone { get; private set; }

    /// <summary>Until when it is, as a timestamp.</summary>
    public long AloneUntil { get; private set; }

    /// <summary>How many have been granted and have taken longer: the others do not wait for them.</summary>
    public int Overdue { get; private set; }

    /// <summary>The oldest of those that wait to be granted; null while its failed attempt is not safe.</summary>
    public long? Next => waiting.Count > 0 && !known[waiting.Min].IsUnsafe ? waiting.Min : null;

    public void Expect(IEnumerable<SuspectedItem> items)
    {
        foreach (var item in items)
        {
            known[item.Sequence] = new Suspect { IsProven = item.IsProven };
        }
    }

    /// <summary>Whether it is proven to have killed a process, and has not been charged for it.</summary>
    public bool IsProven(long sequence) => known.TryGetValue(sequence, out var suspect) && suspect.IsProven;

    /// <summary>Those of a run.</summary>
    public IReadOnlyList<long> In(ItemRun run) => known.Count == 0 ? [] : [.. known.Keys.Where(run.Holds)];

    /// <summary>It waits to be granted.</summary>
    public void Comes(long sequence)
    {
        EndGrant(sequence);
        known[sequence].HasCome = true;
        waiting.Add(sequence);
    }

    /// <summary>It is here, and waits for its time.</summary>
    public void IsHere(long sequence) => known[sequence].HasCome = true;

    /// <summary>It waits to be granted before a suspect of its key: it ran before that, and its end was not safe.</summary>
    public void Precede(long sequence)
    {
        known.TryAdd(sequence, new Suspect { HasCome = true });
        waiting.Add(sequence);
    }

    /// <summary>It is granted.</summary>
    /// <param name="sequence">Which.</param>
    /// <param name="aloneUntil">Nothing else is granted until then, as a timestamp; null: it runs beside others.</param>
    public void Granted(long sequence, long? aloneUntil)
    {
        waiting.Remove(sequence);
        if (aloneUntil is { } until)
        {
            (Alone, AloneUntil) = (sequence, until);
        }
    }

    /// <summary>It waits no more to be granted alone: it is treated as any other item.</summary>
    public void Trust(long sequence)
    {
        waiting.Remove(sequence);
        known.Remove(sequence);
    }

    /// <summary>The one that is granted alone has taken too long.</summary>
    public void EndAlone()
    {
        known[Alone!.Value].IsOverdue = true;
        Overdue++;
        Alone = null;
    }

    /// <summary>Its attempt has failed: it waits for another, and is a suspect still.</summary>
    /// <returns>Whether the attempt was a death that it was charged with.</returns>
    public bool Failed(long sequence)
    {
        EndGrant(sequence);
        var suspect = known[sequence];
        var wasProven = suspect.IsProven;
        (suspect.IsProven, suspect.IsUnsafe) = (false, true);
        return wasProven;
    }

    /// <summary>That it has failed is in the store.</summary>
    public void FailureIsSafe(long sequence)
    {
        if (known.TryGetValue(sequence, out var suspect))
        {
            suspect.IsUnsafe = false;
        }
    }

    /// <summary>It has left the queue.</summary>
    public void Left(long sequence)
    {
        EndGrant(sequence);
        Trust(sequence);
    }

    /// <summary>All that earlier processes have left is here: what has not come was settled before.</summary>
    /// <returns>Those.</returns>
    public IReadOnlyList<long> AllHaveCome()
    {
        long[] settled = [.. known.Where(one => !one.Value.HasCome).Select(one => one.Key)];
        foreach (var sequence in settled)
        {
            known.Remove(sequence);
        }

        return settled;
    }

    private void EndGrant(long sequence)
    {
        Alone = Alone == sequence ? null : Alone;
        if (known[sequence] is { IsOverdue: true } suspect)
        {
            suspect.IsOverdue = false;
            Overdue--;
        }
    }

    private sealed class Suspect
    {
        public bool IsProven { get; set; }

        public bool HasCome { get; set; }

        public bool IsOverdue { get; set; }

        public bool IsUnsafe { get; set; }
    }
}

/// <summary>An item that ran when a process died.</summary>
/// <param name="Sequence">Its number.</param>
/// <param name="IsProven">Whether it ran alone, and not for the first time.</param>
internal readonly record struct SuspectedItem(long Sequence, bool IsProven);

/// <summary>What has become of a suspect.</summary>
internal enum SuspectStanding
{
    /// <summary>It waits, or runs beside others.</summary>
    Suspected,

    /// <summary>Nothing else runs: if the process dies now, that speaks against it.</summary>
    RunsAlone,

    /// <summary>A death has been counted as its failed attempt.</summary>
    Charged,

    /// <summary>It is settled.</summary>
    Cleared,
}
