namespace AkkaPipeline.Tests.Simulation;

/// <summary>Which pauses there are, and how many items they let through.</summary>
internal sealed class PauseBook(VirtualTime time)
{
    private readonly Dictionary<string, (long Until, bool EndsByItself, long Allowance)> pauses = [];

    public bool Any => pauses.Values.Any(pause => pause.Until > time.Now);

    public void Set(string name, DateTimeOffset? until, bool endsByItself) => pauses[name] = (
        until is { } moment ? Timestamps.After(time, moment - time.GetUtcNow()) : long.MaxValue, endsByItself, 0);

    public void Allow(string name, int items)
    {
        if (pauses.TryGetValue(name, out var pause))
        {
            pauses[name] = pause with { Allowance = items };
        }
    }

    public void End(string? name)
    {
        foreach (var ended in pauses.Keys.Where(known => name is null ? !pauses[known].EndsByItself : known == name).ToArray())
        {
            pauses.Remove(ended);
        }
    }

    /// <param name="items">How many are granted.</param>
    /// <param name="counts">Whether they use up what is allowed: what is parked does not.</param>
    /// <returns>Whether so many may be granted now.</returns>
    public bool Grants(int items, bool counts)
    {
        if (!counts)
        {
            return pauses.Values.All(pause => pause.Until <= time.Now || pause.Allowance >= items);
        }

        foreach (var (name, pause) in pauses.Where(pause => pause.Value.Until > time.Now).ToArray())
        {
            pauses[name] = pause with { Allowance = pause.Allowance - items };
        }

        return pauses.Values.All(pause => pause.Until <= time.Now || pause.Allowance >= 0);
    }
}
