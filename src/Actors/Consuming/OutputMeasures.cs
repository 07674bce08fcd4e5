namespace AkkaPipeline.Consuming;

/// <summary>What is read off an output when it is emitted: the user's code runs there and nowhere else.</summary>
/// <param name="SizeOf">Its size in bytes; null where it is not known.</param>
/// <param name="KeyOf">Its batch key; null: it has none.</param>
/// <param name="OneByOne">Whether the sink needs the sizes one by one, and not only their sum.</param>
internal sealed record OutputMeasures<TOut>(Func<TOut, int>? SizeOf, Func<TOut, string>? KeyOf, bool OneByOne)
{
    public bool NotesSizes => OneByOne && SizeOf is not null;

    /// <summary>Whether there is nothing to read off.</summary>
    public bool IsNothing => SizeOf is null && KeyOf is null;

    public int SizeOfOutput(TOut output)
    {
        var size = SizeOf?.Invoke(output) ?? 0;
        return size >= 0 ? size : throw new InvalidOperationException($"SizeOf told {size} bytes for an output; a size is not negative.");
    }

    public string? KeyOfOutput(TOut output) => KeyOf is null
        ? null
        : KeyOf(output) ?? throw new InvalidOperationException("KeyOf told null for an output; a batch key is a string.");
}
