namespace AkkaPipeline.Storing;

/// <summary>What commits say of a job beside its items: how far a source is, and how long the outputs.</summary>
/// <param name="Source">The source, if it can be read again; where only checkpoints are kept there is one.</param>
/// <param name="Sinks">By their names in checkpoints: those that can be cut back.</param>
internal sealed record ReplaySetup(IReplayableSource? Source, IReadOnlyDictionary<string, IResumableSink> Sinks)
{
    /// <summary>The name of a checkpoint that stands for the items: they are not kept.</summary>
    public const string OfSource = "source";

    /// <summary>The name of one that stands beside the items.</summary>
    public const string OfItems = "items";

    /// <summary>Where dead letters go that nobody could work on, where the store keeps none.</summary>
    public LetterSink? Letters { get; init; }

    /// <summary>What was kept in one way cannot be gone on with in the other.</summary>
    /// <exception cref="StoreException">It was.</exception>
    public static void Expect(string name, StoreOpened opened, string queue)
    {
        var keptItems = opened.Checkpoints.Any(kept => kept.Source == OfItems) || opened.Counts.Left > opened.Alone;
        if (name == OfSource ? keptItems : opened.Checkpoints.Any(kept => kept.Source == OfSource))
        {
            throw new StoreException(name == OfSource
                ? $"The store of {queue} keeps items (queue.durability = full), and only checkpoints were asked for. Go on as it was begun, or start over with an empty store (--restart)."
                : $"The store of {queue} keeps checkpoints of its source (queue.durability = checkpoint), and items were to be kept. Go on as it was begun, or start over with an empty store (--restart).");
        }
    }
}

/// <summary>The pipeline's own sink for dead letters.</summary>
/// <param name="Name">In checkpoints, where it can be cut back.</param>
/// <param name="WriteAsync">Writes some; throws if one of them was not written.</param>
internal sealed record LetterSink(string Name, Func<IReadOnlyList<IDeadLetter>, CancellationToken, Task> WriteAsync);
