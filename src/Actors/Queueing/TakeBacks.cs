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

    // Consumers ask for about a millisecond of work.
    private static readonly TimeSpan Overdue = TimeSpan.FromMilliseconds(2);
    private const int LookedAtMax = 32;
    private const int OverdueLookedAtMax = 4;
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

            if (WasAskedLately(grant, now))
            {
                asked += grant.TakeBackKept ? 0 : 1;
            }
            else if (grant.TakeBackAskedAt is not null || time.GetElapsedTime(grant.GrantedAt, now) >= Young)
            {
                asked++;
                Ask(grant, now);
            }
        }
    }

    /// <summary>
    /// Asks a holder that is much later than was foreseen, though nobody is idle: a key that waits behind its slow item
    /// could have gone on elsewhere.
    /// </summary>
    public void AskOverdue()
    {
        var looked = 0;
        var now = time.GetTimestamp();
        for (var place = divisible.First; place is not null && looked < OverdueLookedAtMax; place = place.Next, looked++)
        {
            if (time.GetElapsedTime(place.Value.GrantedAt, now) >= Overdue && !WasAskedLately(place.Value, now))
            {
                Ask(place.Value, now);
                return;
            }
        }
    }

    private bool WasAskedLately(InFlightGrant grant, long now) => grant.TakeBackAskedAt is { } before
        && time.GetElapsedTime(before, now) < AskAgain * grant.TakeBackPatience;

    private void Ask(InFlightGrant grant, long now)
    {
        grant.TakeBackAskedAt = now;
        grant.TakeBackKept = false;
        effects.TakeBack(grant.Holder.Key, grant.Id);
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
