using AkkaPipeline.Sinking;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>What a consumer asks a sink to write, and what has become of it there.</summary>
internal sealed class SinkWrite(SimulatedActor replyTo, SinkProtocol.WrittenItems items, int count, int[]? ends)
{
    private readonly bool?[] held = new bool?[count];
    private readonly bool[] answered = new bool[items.Count];

    public SimulatedActor ReplyTo => replyTo;

    public SinkProtocol.WrittenItems Items => items;

    public int Count => count;

    public int[]? Ends => ends;

    public bool AllAnswered => Array.TrueForAll(answered, static item => item);

    /// <summary>An attempt to write an output has ended.</summary>
    public void Ended(int output, bool writes) => held[output] = writes;

    /// <returns>Whether an item may be answered so, for the first time.</returns>
    public bool Answers(int item, bool written, bool givenUp)
    {
        if (answered[item])
        {
            return false;
        }

        answered[item] = true;
        var start = ends is null ? item : item == 0 ? 0 : ends[item - 1];
        var outputs = held.AsSpan(start..(ends is null ? item + 1 : ends[item]));
        return written ? !outputs.ContainsAnyExcept(true) : outputs.Contains(false) || givenUp;
    }

    public override string ToString() => $"{items} with {count} outputs";
}

/// <summary>One output.</summary>
internal readonly record struct SinkOutput(SinkWrite Write, int Index);
