namespace AkkaPipeline.Sinking;

/// <summary>What a write brings. The arrays may be longer than what they hold; the sink's core keeps none but the ends.</summary>
/// <param name="Items">How many items the outputs came from.</param>
/// <param name="Outputs">The outputs.</param>
/// <param name="Count">How many outputs, at least one.</param>
/// <param name="Bytes">Their size, where it is known.</param>
/// <param name="Ends">Where each item's outputs end; null: each item has exactly one.</param>
/// <param name="Keys">Each output's batch key; null: none has one.</param>
/// <param name="Sizes">Each output's size; null: none is known, or only their sum.</param>
internal readonly record struct WriteOutputs<TOut>(
    int Items, TOut[] Outputs, int Count, long Bytes, int[]? Ends = null, string[]? Keys = null, int[]? Sizes = null)
{
    public long BytesOf(int from, int count)
    {
        if (count == Count)
        {
            return Bytes;
        }

        var bytes = 0L;
        for (var index = from; Sizes is not null && index < from + count; index++)
        {
            bytes += Sizes[index];
        }

        return bytes;
    }
}
