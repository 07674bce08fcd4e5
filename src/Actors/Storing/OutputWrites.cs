namespace AkkaPipeline.Storing;

/// <summary>The writes to one file that are in no checkpoint yet, in their order.</summary>
internal sealed class OutputWrites(long length)
{
    private readonly List<OutputWrite> pending = [];

    /// <summary>The length that belongs to the checkpoint.</summary>
    public long Length { get; private set; } = length;

    public int Count => pending.Count;

    /// <summary>The length behind the last write.</summary>
    private long End => pending.Count == 0 ? Length : pending[^1].End;

    public OutputWrite this[int index] => pending[index];

    public void Add(OutputWrite write)
    {
        if (write.End < End)
        {
            throw new ArgumentOutOfRangeException(nameof(write), write.End, $"A file grows, and it has been told to have {End}.");
        }

        pending.Add(write);
    }

    /// <summary>The first of them belong to the checkpoint from now on.</summary>
    public void Take(int count)
    {
        if (count > 0)
        {
            Length = pending[count - 1].End;
            pending.RemoveRange(0, count);
        }
    }
}

/// <summary>One write, and the items its outputs came from.</summary>
/// <param name="End">The file's length behind it.</param>
/// <param name="Items">Those that did not stand in rows of their own when it was written.</param>
/// <param name="Rows">Those that did, and how often they had been moved by then.</param>
internal sealed record OutputWrite(long End, NumberSet Items, IReadOnlyList<(long Number, int Moves)> Rows);
