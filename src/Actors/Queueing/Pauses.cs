namespace AkkaPipeline.Queueing;

/// <summary>Why the queue grants nothing, by name; each reason ends by itself, at its time, or when somebody says so.</summary>
internal sealed class Pauses
{
    private readonly Dictionary<string, Pause> byName = [];

    public bool Any => byName.Count > 0;

    /// <summary>How many items may be granted in spite of the pause: a probe.</summary>
    public long Allowance => byName.Count == 0 ? long.MaxValue : byName.Values.Min(pause => pause.Allowance);

    /// <summary>When the next one ends by its time.</summary>
    public long? NextEnd => byName.Count == 0 ? null : byName.Values.Min(pause => pause.Until);

    /// <summary>Whether all of them will end without anybody's doing.</summary>
    public bool EndByThemselves => byName.Values.All(pause => pause.EndsByItself || pause.Until is not null);

    public IEnumerable<KeyValuePair<string, Pause>> All => byName;

    public void Set(string name, string reason, long? until, bool endsByItself) =>
        byName[name] = new Pause(reason, until, endsByItself, 0);

    public void End(string name) => byName.Remove(name);

    /// <summary>Ends all that wait for somebody to say so, and those that wait for their time.</summary>
    public void EndAllThatWaitToBeTold()
    {
        var ended = byName.Where(pause => !pause.Value.EndsByItself).Select(pause => pause.Key).ToArray();
        foreach (var name in ended)
        {
            byName.Remove(name);
        }
    }

    /// <summary>Lets a few items through.</summary>
    public void Allow(string name, int items)
    {
        if (byName.TryGetValue(name, out var pause))
        {
            byName[name] = pause with { Allowance = items };
        }
    }

    public void Granted(int items)
    {
        foreach (var (name, pause) in byName.ToArray())
        {
            byName[name] = pause with { Allowance = pause.Allowance - items };
        }
    }

    /// <summary>Ends those whose time has come.</summary>
    public void Expire(long now)
    {
        var over = byName.Where(pause => pause.Value.Until <= now).Select(pause => pause.Key).ToArray();
        foreach (var name in over)
        {
            byName.Remove(name);
        }
    }

    /// <param name="Reason">For people.</param>
    /// <param name="Until">A timestamp; null: until it is ended.</param>
    /// <param name="EndsByItself">Whether who has set it ends it too, in time.</param>
    /// <param name="Allowance">Items that may be granted nevertheless.</param>
    internal sealed record Pause(string Reason, long? Until, bool EndsByItself, long Allowance);
}
