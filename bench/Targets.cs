using AkkaPipeline.Bench.Measuring;

namespace AkkaPipeline.Bench;

/// <summary>What a scenario is held to. The numbers of all scenarios stand here and nowhere else.</summary>
internal static class Targets
{
    /// <summary>In the order of printing: the scenario's first target comes last.</summary>
    public static IReadOnlyList<Target> Memory { get; } =
    [
        new(TargetMeasure.BytesPerItem, [], 0.1, TargetDirection.Max),
        new(TargetMeasure.Speed, [SubjectKind.Limit], 0.6, TargetDirection.Min),
        new(TargetMeasure.Speed, [SubjectKind.Channel], 2, TargetDirection.Min),
        new(TargetMeasure.Speed, [SubjectKind.Channel, SubjectKind.OtherItemWise], 4, TargetDirection.Min),
    ];
}

/// <summary>One target.</summary>
/// <param name="Measure">What is compared.</param>
/// <param name="Against">The kinds of peers, the fastest of which is compared with; none for an absolute figure.</param>
/// <param name="Value">The bound.</param>
/// <param name="Direction">Whether the bound is a least or a most.</param>
internal sealed record Target(
    TargetMeasure Measure,
    IReadOnlyList<SubjectKind> Against,
    double Value,
    TargetDirection Direction)
{
    public bool IsMetBy(double figure) => Direction == TargetDirection.Min ? figure >= Value : figure <= Value;
}

internal enum TargetMeasure
{
    /// <summary>Items a second, as a ratio of medians.</summary>
    Speed,

    /// <summary>Bytes allocated an item beyond the item itself, the median.</summary>
    BytesPerItem,
}

internal enum TargetDirection
{
    Min,
    Max,
}
