namespace AkkaPipeline.Crash.Checking;

/// <summary>What was seen, over all stores of a loop.</summary>
internal sealed class Tally
{
    private readonly SortedDictionary<string, long> duplicates = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> violations = new(StringComparer.Ordinal);

    public long Cycles { get; set; }

    public long KilledAtStart { get; set; }

    public long Puts { get; set; }

    public long Confirmed { get; set; }

    public long Deliveries { get; set; }

    public long Acks { get; set; }

    public long DeadLetters { get; set; }

    public long Joins { get; set; }

    public long Drains { get; set; }

    /// <summary>Confirmed items that were nowhere, and settled ones that came back.</summary>
    public long Lost { get; set; }

    /// <summary>Cycles after which something was lost.</summary>
    public long LossyCycles { get; set; }

    public long BadCycles { get; set; }

    public long BadDrains { get; set; }

    public IReadOnlyDictionary<string, long> Violations => violations;

    public bool Clean => violations.Count == 0;

    public void Duplicate(string cause) => duplicates[cause] = duplicates.GetValueOrDefault(cause) + 1;

    public void Violation(string kind) => violations[kind] = violations.GetValueOrDefault(kind) + 1;

    public void Print(TextWriter to)
    {
        to.WriteLine($"  {Cycles} cycles ({KilledAtStart} of them before the store was open), {Drains} drains to empty");
        to.WriteLine($"  {Puts} puts, {Confirmed} confirmed; {Deliveries} deliveries, {Acks} acks confirmed, {DeadLetters} dead letters, {Joins} joins");
        to.WriteLine("  delivered again: " + (duplicates.Count == 0 ? "none" : string.Join(", ", duplicates.Select(one => $"{one.Value} {one.Key}"))));
        to.WriteLine("  violations: " + (Clean ? "none" : string.Join(", ", violations.Select(one => $"{one.Value} {one.Key}"))));
        to.WriteLine(BadCycles + BadDrains == 0 && Cycles > 0
            ? $"  0 bad cycles in {Cycles}: at most {3.0 / Cycles:P2} at 95 %"
            : $"  {BadCycles} bad cycles in {Cycles}, {BadDrains} bad drains in {Drains}");
    }
}
