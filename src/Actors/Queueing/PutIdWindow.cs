namespace AkkaPipeline.Queueing;

/// <summary>The ids of the latest puts, so that a put that is said again is taken once: a window by count and by time.</summary>
/// <param name="max">How many are remembered.</param>
/// <param name="age">For how long.</param>
internal sealed class PutIdWindow(int max, TimeSpan age)
{
    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly Queue<(string Id, DateTimeOffset At)> inOrder = new();

    /// <summary>Remembers an id.</summary>
    /// <returns>False if it is known.</returns>
    public bool TryAdd(string id, DateTimeOffset at)
    {
        Forget(at);
        if (!known.Add(id))
        {
            return false;
        }

        inOrder.Enqueue((id, at));
        if (inOrder.Count > max)
        {
            known.Remove(inOrder.Dequeue().Id);
        }

        return true;
    }

    private void Forget(DateTimeOffset now)
    {
        while (inOrder.TryPeek(out var oldest) && now - oldest.At > age)
        {
            known.Remove(inOrder.Dequeue().Id);
        }
    }
}
