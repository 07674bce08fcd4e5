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

    public static IReadOnlyList<Target> Durable { get; } = [new(TargetMeasure.Speed, [SubjectKind.Limit], 0.5, TargetDirection.Min)];

    public static IReadOnlyList<Target> DurableLatency { get; } =
        [new(TargetMeasure.Latency, [SubjectKind.Limit], 2, TargetDirection.Max)];

    public static IReadOnlyList<Target> Checkpoint { get; } =
        [new(TargetMeasure.Speed, [SubjectKind.WithoutDurability], 0.8, TargetDirection.Min)];

    public static IReadOnlyList<Target> Spill { get; } =
    [
        new(TargetMeasure.Speed, [SubjectKind.WithinTheWindow], 0.5, TargetDirection.Min),
        new(TargetMeasure.Absolute, [], 250, TargetDirection.Max)
        {
            Absolute = new AbsoluteFigure("MB resident", round => round.ResidentMegabytes),
        },
    ];

    public static IReadOnlyList<Target> Recover { get; } =
    [
        new(TargetMeasure.Absolute, [], 250, TargetDirection.Max)
        {
            Absolute = new AbsoluteFigure("MB resident", round => round.ResidentMegabytes),
        },
        new(TargetMeasure.Absolute, [], 1, TargetDirection.Max)
        {
            Absolute = new AbsoluteFigure("seconds to the first delivery", round => round.FirstDeliverySeconds),
        },
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
    /// <summary>Where a figure of the pipeline's own is held to a bound.</summary>
    public AbsoluteFigure? Absolute { get; init; }

    public bool IsMetBy(double figure) => Direction == TargetDirection.Min ? figure >= Value : figure <= Value;
}

/// <summary>A figure that needs no peer.</summary>
internal sealed record AbsoluteFigure(string Name, Func<RoundResult, double?> Of);

internal enum TargetMeasure
{
    /// <summary>Items a second, as a ratio of medians.</summary>
    Speed,

    /// <summary>Bytes allocated an item beyond the item itself, the median.</summary>
    BytesPerItem,

    /// <summary>Time of one, as a ratio of the medians of medians.</summary>
    Latency,

    /// <summary>What <see cref="Target.Absolute"/> says.</summary>
    Absolute,
}

internal enum TargetDirection
{
    Min,
    Max,
}
