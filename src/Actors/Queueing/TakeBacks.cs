namespace AkkaPipeline.Queueing;

/// <summary>
/// The grants whose unstarted tail may be taken back for an idle consumer: asked in turn, those that kept theirs last,
/// and the more rarely the more often they have kept it.
/// </summary>
internal sealed class TakeBacks(IQueueEffects effects, TimeProvider time)
{
    // A grant this young is probably being started.
    private static readonly TimeSpan Young = TimeSpan.FromMicroseconds(200);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(5);
    private const int LookedAtMax = 32;
    private const int PatienceMax = 256;

    private readonly LinkedList<InFlightGrant> divisible = new();

    public bool Any => divisible.Count > 0;

    public void Add(InFlightGrant grant) => grant.Divisible = divisible.AddLast(grant);

    public void Remove(InFlightGrant grant)
    {
        if (grant.Divisible is { List: not null } place)
        {
            divisible.Remove(place);
        }
    }

    public void Clear() => divisible.Clear();

    /// <summary>The holder had nothing to give.</summary>
    public void Kept(InFlightGrant grant)
    {
        grant.TakeBackAskedAt = time.GetTimestamp();
        grant.TakeBackKept = true;
        grant.TakeBackPatience = Math.Min(grant.TakeBackPatience * 2, PatienceMax);
        if (grant.Divisible is { List: not null } place)
        {
            divisible.Remove(place);
            divisible.AddLast(place);
        }
    }

    /// <summary>Asks as many holders as there are idle consumers.</summary>
    public void AskFor(int idle)
    {
        var looked = 0;
        var asked = 0;
        var now = time.GetTimestamp();
        foreach (var grant in divisible)
        {
            if (asked == idle || ++looked > LookedAtMax)
            {
                return;
            }

            if (grant.TakeBackAskedAt is { } before && time.GetElapsedTime(before, now) < AskAgain * grant.TakeBackPatience)
            {
                asked += grant.TakeBackKept ? 0 : 1;
            }
            else if (grant.TakeBackAskedAt is not null || time.GetElapsedTime(grant.GrantedAt, now) >= Young)
            {
                asked++;
                grant.TakeBackAskedAt = now;
                grant.TakeBackKept = false;
                effects.TakeBack(grant.Holder.Key, grant.Id);
            }
        }
    }

    /// <summary>What was asked may have been lost: everybody may be asked again.</summary>
    public void Repeat()
    {
        foreach (var grant in divisible)
        {
            grant.TakeBackAskedAt = null;
        }
    }
}
