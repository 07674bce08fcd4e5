namespace AkkaPipeline.Bench.Measuring;

/// <summary>What one program did in one round.</summary>
/// <param name="Scenario">The scenario's name.</param>
/// <param name="Subject">The program's name.</param>
/// <param name="Round">From 1.</param>
/// <param name="ItemsPerSecond">Over the program's own number of items.</param>
/// <param name="BytesPerItem">Allocated by the whole process, without the item itself.</param>
/// <param name="Checksum">Of one lap; the same for every program that lost and doubled nothing.</param>
/// <param name="Items">How many items it ran.</param>
internal sealed record RoundResult(
    string Scenario,
    string Subject,
    int Round,
    double ItemsPerSecond,
    double BytesPerItem,
    long Checksum,
    long Items)
{
    /// <summary>Handed to the disk by the whole process, an item.</summary>
    public double? WrittenPerItem { get; init; }

    /// <summary>How long one took, where they were done one at a time.</summary>
    public double? P50Microseconds { get; init; }

    public double? P99Microseconds { get; init; }

    /// <summary>The most memory that was resident.</summary>
    public double? ResidentMegabytes { get; init; }

    /// <summary>From the start of the pipeline to its first item in the consumer.</summary>
    public double? FirstDeliverySeconds { get; init; }
}

/// <summary>All rounds of one program.</summary>
internal sealed record SubjectRounds(string Subject, SubjectKind Kind, IReadOnlyList<RoundResult> Rounds)
{
    public double MedianItemsPerSecond => Median(Rounds.Select(round => round.ItemsPerSecond));

    public double MedianBytesPerItem => Median(Rounds.Select(round => round.BytesPerItem));

    /// <summary>Of what was measured in each round; NaN: in none.</summary>
    public double MedianOf(Func<RoundResult, double?> figure) =>
        Rounds.All(round => figure(round) is null) ? double.NaN : Median(Rounds.Select(round => figure(round) ?? double.NaN));

    private static double Median(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

/// <summary>A program lost or doubled items.</summary>
internal sealed class WrongChecksumException(string message) : Exception(message);
