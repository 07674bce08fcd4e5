namespace AkkaPipeline.Queueing;

/// <summary>
/// The ids of the latest puts, so that a put that is said again is taken once: a window by count and by time. Their age does not
/// depend on what the clock on the wall is set to, but for those of an earlier process, whose age nothing else tells.
/// </summary>
/// <param name="max">How many are remembered.</param>
/// <param name="age">For how long.</param>
/// <param name="time">The clock.</param>
internal sealed class PutIdWindow(int max, TimeSpan age, TimeProvider time)
{
    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly Queue<(string Id, long At)> inOrder = new();

    /// <summary>Remembers an id that is put now.</summary>
    /// <param name="id">The id.</param>
    /// <param name="now">The timestamp.</param>
    /// <returns>False if it is known.</returns>
    public bool TryAdd(string id, long now)
    {
        while (inOrder.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At, now) > age)
        {
            known.Remove(inOrder.Dequeue().Id);
        }

        if (!known.Add(id))
        {
            return false;
        }

        inOrder.Enqueue((id, now));
        if (inOrder.Count > max)
        {
            known.Remove(inOrder.Dequeue().Id);
        }

        return true;
    }

    /// <summary>Remembers an id that was put in an earlier process; oldest first.</summary>
    public void Recall(string id, DateTimeOffset at)
    {
        var ago = time.GetUtcNow() - at;
        if (ago <= age)
        {
            TryAdd(id, time.GetTimestamp() - (ago <= TimeSpan.Zero ? 0 : Timestamps.After(time, 0, ago)));
        }
    }
}
