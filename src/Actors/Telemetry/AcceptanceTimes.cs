namespace AkkaPipeline.Telemetry;

/// <summary>
/// When items were accepted, by their numbers, in bounded room: the longer the time to be known of, the coarser, and rather
/// too late than too early. The oldest stays exact.
/// </summary>
internal sealed class AcceptanceTimes
{
    private const int MarksMax = 1024;

    private readonly List<(long UpTo, long At)> marks = [];
    private long spacing;

    /// <summary>Items up to a number have been accepted by now.</summary>
    public void Note(long upTo, long now)
    {
        if (marks is [.., var last] && last.UpTo >= upTo)
        {
            return;
        }

        if (marks.Count > 1 && now - marks[^2].At < spacing)
        {
            marks[^1] = (upTo, now);
            return;
        }

        if (marks.Count == MarksMax)
        {
            Thin();
        }

        marks.Add((upTo, now));
    }

    /// <summary>When an item was accepted; what was before it is forgotten.</summary>
    /// <returns>Null: after everything that was noted.</returns>
    public long? Of(long oldest)
    {
        var passed = marks.FindIndex(mark => mark.UpTo >= oldest);
        marks.RemoveRange(0, passed < 0 ? marks.Count : passed);
        spacing = marks.Count < MarksMax / 4 ? spacing / 2 : spacing;
        return marks is [var first, ..] ? first.At : null;
    }

    private void Thin()
    {
        var kept = 1;
        for (var index = 2; index < marks.Count; index += 2)
        {
            marks[kept++] = marks[index];
        }

        // The last one says how far it is known.
        marks[kept - 1] = marks[^1];
        marks.RemoveRange(kept, marks.Count - kept);
        spacing = 2 * (marks[^1].At - marks[0].At) / MarksMax;
    }
}
