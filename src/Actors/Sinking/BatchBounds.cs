namespace AkkaPipeline.Sinking;

/// <summary>When batches close, as the options say it, validated.</summary>
internal sealed record BatchBounds
{
    private const int RoomOutputsMin = 32_768;
    private const long RoomBytesMin = 16L * 1024 * 1024;
    private const int ItemsLimit = 1_000_000;
    private const long BytesLimit = 1024L * 1024 * 1024;
    private static readonly TimeSpan TimeDefault = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TimeLimit = TimeSpan.FromDays(1);

    /// <summary>Batches are what has gathered while the last one was written.</summary>
    public static BatchBounds Default { get; } = new();

    public int ItemsMax { get; init; } = 8192;

    public long BytesMax { get; init; } = long.MaxValue;

    /// <summary>How long a batch gathers; null: not at all, and a write's outputs are not parted.</summary>
    public TimeSpan? TimeMax { get; init; }

    /// <summary>How many batches may be open.</summary>
    public int KeysMax { get; init; } = 4096;

    public bool Gathers => TimeMax is not null;

    /// <summary>
    /// How many outputs may be on their way. Half of them may gather: were it all, consumers would wait for room, and
    /// batches for outputs.
    /// </summary>
    public int RoomOutputs { get; init; } = RoomOutputsMin;

    /// <summary>How many bytes may be on their way.</summary>
    public long RoomBytes { get; init; } = RoomBytesMin;

    public static BatchBounds Of<TOut>(BatchOptions<TOut>? options, bool sizesAreKnown)
    {
        if (options is null)
        {
            return Default;
        }

        Check(options.ItemsMax is null or (>= 1 and <= ItemsLimit), nameof(options.ItemsMax), options.ItemsMax,
            "A batch has at least 1 output, and at most 1,000,000.");
        Check(options.BytesMax is null or (>= 1 and <= BytesLimit), nameof(options.BytesMax), options.BytesMax,
            "A batch has at least 1 byte, and at most 1 GiB (1,073,741,824).");
        Check(options.TimeMax is not { } time || (time > TimeSpan.Zero && time <= TimeLimit), nameof(options.TimeMax), options.TimeMax,
            "A batch gathers for more than no time, and for at most a day. Without a size, a time or a key it does not wait.");
        if (options.BytesMax is not null && options.SizeOf is null && !sizesAreKnown)
        {
            throw new ArgumentException(
                $"BytesMax bounds a batch by its outputs' sizes, and the size of a {typeof(TOut).Name} is not known: give SizeOf too.",
                nameof(options));
        }

        return Of(options.ItemsMax ?? Default.ItemsMax, options.BytesMax) with
        {
            TimeMax = options.TimeMax ?? (options is { ItemsMax: null, BytesMax: null, KeyOf: null } ? null : TimeDefault),
        };
    }

    private static BatchBounds Of(int items, long? bytes) => new()
    {
        ItemsMax = items,
        BytesMax = bytes ?? long.MaxValue,
        RoomOutputs = Math.Max(RoomOutputsMin, 2 * items),
        RoomBytes = Math.Max(RoomBytesMin, 2 * (bytes ?? 0)),
    };

    private static void Check(bool holds, string name, object? value, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, otherwise);
        }
    }
}
