using System.Collections.Immutable;

namespace AkkaPipeline.Storing;

/// <summary>A set of numbers as sorted ranges that neither overlap nor touch. Never changes.</summary>
internal sealed class NumberSet
{
    private readonly ImmutableArray<NumberRange> ranges;

    private NumberSet(ImmutableArray<NumberRange> ranges)
    {
        this.ranges = ranges;
        foreach (var range in ranges)
        {
            Count += range.Count;
        }
    }

    public static NumberSet Empty { get; } = new([]);

    public IReadOnlyList<NumberRange> Ranges => ranges;

    /// <summary>How many numbers.</summary>
    public long Count { get; }

    /// <summary>The lowest number from 0 that is not in it.</summary>
    public long Watermark => ranges is [{ First: 0 } lowest, ..] ? lowest.Count : 0;

    /// <summary>What stands above the watermark.</summary>
    public IReadOnlyList<NumberRange> AboveWatermark => Watermark == 0 ? ranges : ranges[1..];

    /// <summary>The numbers of some ranges, in any order; they may overlap.</summary>
    public static NumberSet Of(params IEnumerable<NumberRange> ranges)
    {
        var sorted = ranges.Where(range => range.Count > 0).ToArray();
        Array.Sort(sorted, static (one, other) => one.First.CompareTo(other.First));
        var merged = ImmutableArray.CreateBuilder<NumberRange>();
        foreach (var range in sorted)
        {
            if (merged.Count > 0 && merged[^1] is var last && range.First <= last.End)
            {
                merged[^1] = new NumberRange(last.First, Math.Max(last.End, range.End) - last.First);
            }
            else
            {
                merged.Add(range);
            }
        }

        return merged.Count == 0 ? Empty : new NumberSet(merged.DrainToImmutable());
    }

    public bool Contains(long number) => Covers(new NumberRange(number, 1));

    /// <summary>Whether the whole range is in it.</summary>
    public bool Covers(NumberRange range)
    {
        var index = FirstEndingAfter(range.First);
        return index < ranges.Length && ranges[index].First <= range.First && range.End <= ranges[index].End;
    }

    /// <summary>Whether a part of the range is in it.</summary>
    public bool Meets(NumberRange range)
    {
        var index = FirstEndingAfter(range.First);
        return index < ranges.Length && ranges[index].First < range.End;
    }

    public NumberSet Union(NumberSet other) =>
        other.Count == 0 ? this : Count == 0 ? other : Of(ranges.Concat(other.ranges));

    public NumberSet Except(NumberSet other)
    {
        if (other.Count == 0 || Count == 0)
        {
            return this;
        }

        var left = new List<NumberRange>(ranges.Length);
        foreach (var range in ranges)
        {
            left.AddRange(other.PartsOutside(range));
        }

        return Of(left);
    }

    /// <summary>The parts of a range that are not in it.</summary>
    public IEnumerable<NumberRange> PartsOutside(NumberRange range)
    {
        var from = range.First;
        for (var index = FirstEndingAfter(from); index < ranges.Length && ranges[index].First < range.End; index++)
        {
            if (ranges[index].First > from)
            {
                yield return new NumberRange(from, ranges[index].First - from);
            }

            from = ranges[index].End;
        }

        if (from < range.End)
        {
            yield return new NumberRange(from, range.End - from);
        }
    }

    /// <summary>The parts of a range that are in it.</summary>
    public IEnumerable<NumberRange> PartsWithin(NumberRange range)
    {
        for (var index = FirstEndingAfter(range.First); index < ranges.Length && ranges[index].First < range.End; index++)
        {
            var first = Math.Max(range.First, ranges[index].First);
            yield return new NumberRange(first, Math.Min(range.End, ranges[index].End) - first);
        }
    }

    private int FirstEndingAfter(long number)
    {
        var (low, high) = (0, ranges.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = ranges[middle].End > number ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
