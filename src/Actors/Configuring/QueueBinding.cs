namespace AkkaPipeline.Configuring;

/// <summary>
/// Reads what a pipeline's section says of its pool, its queue, its dead letters and its end: with
/// <see cref="SettlingBinding"/> the one place that knows these keys' units and bounds.
/// </summary>
internal static class QueueBinding
{
    private const int ItemsMax = 16 * 1024 * 1024;
    private const int ItemBytesMax = 1 << 30;
    private const int PutIdsMax = 10_000_000;
    private const long LettersMax = 1_000_000_000;
    private const long WindowBytesMin = 64L << 10;
    private const long WindowBytesMax = 1L << 40;
    private const long DiskBytesMin = 1L << 20;
    private const long DiskBytesMax = 1L << 50;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static int ReadConsumers(ConfigSection consume) => consume.WholeNumber("consumers", 1, PoolSize.ConsumersMax);

    public static ConsumerThreads ReadThreads(ConfigSection consume) =>
        consume.Word("threads", ("shared", ConsumerThreads.Shared), ("dedicated", ConsumerThreads.Dedicated));

    public static TimeSpan ReadDrainTimeout(ConfigSection pipeline) => pipeline.Duration("drain-timeout", TimeSpan.Zero, Day);

    public static KeptDeadLetters ReadKept(ConfigSection deadLetters) =>
        new(deadLetters.LongNumber("kept", 1, LettersMax), deadLetters.Flag("drop-oldest"));

    /// <summary>Reads the queue's keys; the caller closes the section.</summary>
    public static QueueSettings ReadQueue(ConfigSection queue)
    {
        var settings = new QueueSettings(
            queue.Word(
                "durability",
                ("auto", QueueDurability.Auto), ("none", QueueDurability.None), ("checkpoint", QueueDurability.Checkpoint), ("full", QueueDurability.Full)),
            queue.WholeNumber("capacity", 1, ItemsMax),
            queue.Word("order", ("first-in-first-out", QueueOrder.FirstInFirstOut), ("last-in-first-out", QueueOrder.LastInFirstOut)))
        {
            Path = queue.FilePathOrNull("path"),
            Durable = ReadDurable(queue),
        };
        if (settings.Durability == QueueDurability.None)
        {
            foreach (string key in (string[])["path", .. DurableKeys, .. PutIdKeys])
            {
                if (queue.IsOwn(key))
                {
                    queue.Report(key, "means nothing where durability is none");
                }
            }
        }

        return settings;
    }

    public static IReadOnlyList<string> DurableKeys { get; } =
        ["lock-wait", "window-items", "window-bytes", "item-bytes-max", "disk-bytes-max", "suspect-alone-max"];

    public static IReadOnlyList<string> PutIdKeys { get; } = ["put-ids-max", "put-ids-for"];

    private static DurableOptions ReadDurable(ConfigSection queue) => new()
    {
        LockWait = queue.Duration("lock-wait", TimeSpan.Zero, Day),
        WindowItems = queue.WholeNumber("window-items", 1, ItemsMax),
        WindowBytes = queue.Size("window-bytes", WindowBytesMin, WindowBytesMax),
        ItemBytesMax = (int)queue.Size("item-bytes-max", 1, ItemBytesMax),
        DiskBytesMax = queue.SizeOrWord("disk-bytes-max", DiskBytesMin, DiskBytesMax, "none") ?? 0,
        SuspectAloneMax = queue.Duration("suspect-alone-max", TimeSpan.Zero, Day),
        PutIdsMax = queue.WholeNumber("put-ids-max", 1, PutIdsMax),
        PutIdsFor = queue.Duration("put-ids-for", TimeSpan.FromSeconds(1), TimeSpan.FromDays(365)),
    };
}

/// <summary>How many dead letters are kept in memory, and whether the oldest goes before there are more.</summary>
internal sealed record KeptDeadLetters(long Max, bool DropsOldest);
