namespace AkkaPipeline.Sinking;

/// <summary>Outputs that are written together, and which writes they came from. Used again and again.</summary>
internal sealed class OutputBatch<TWrite, TOut>
{
    private const int CapacityMin = 16;

    private readonly List<Part> parts = [];
    private TOut[] outputs = [];

    public OutputBatch() => Place = new LinkedListNode<OutputBatch<TWrite, TOut>>(this);

    /// <summary>Its place among the open ones.</summary>
    public LinkedListNode<OutputBatch<TWrite, TOut>> Place { get; }

    public string? Key { get; private set; }

    /// <summary>When its first output came.</summary>
    public long OpenedAt { get; private set; }

    public BatchClosedBy ClosedBy { get; set; }

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>How much room its outputs had taken, also those of them that are written.</summary>
    public int RoomTaken { get; private set; }

    /// <summary>How often it has been written.</summary>
    public int Attempts { get; set; }

    public int Capacity => outputs.Length;

    public IReadOnlyList<Part> Parts => parts;

    public Batch<TOut> ToWrite() => new(outputs.AsMemory(0, Count), ClosedBy, Key, Bytes);

    public void Open(string? key, long now) => (Key, OpenedAt, Attempts) = (key, now, 0);

    public void Add(WriteInProgress<TWrite> write, in WriteOutputs<TOut> from, int start, int count)
    {
        if (Count + count > outputs.Length)
        {
            Array.Resize(ref outputs, Math.Max(CapacityMin, Math.Max(Count + count, 2 * outputs.Length)));
        }

        Array.Copy(from.Outputs, start, outputs, Count, count);
        Count += count;
        RoomTaken += count;
        Bytes += from.BytesOf(start, count);
        if (parts.Count > 0 && parts[^1] is var last && ReferenceEquals(last.Write, write) && last.From + last.Count == start)
        {
            parts[^1] = last with { Count = last.Count + count };
        }
        else
        {
            parts.Add(new Part(write, start, count));
        }
    }

    /// <summary>All its outputs have their outcome.</summary>
    public void Resolve(in BatchOutcome outcome, IItemAnswers<TWrite> answers)
    {
        var at = 0;
        foreach (var (write, from, count) in parts)
        {
            write.Resolve(from, count, outcome, at, answers);
            at += count;
        }
    }

    /// <summary>What is written of it, or has failed for good, has its outcome; the rest stays, to be written again.</summary>
    public void KeepWhatFailed(in BatchOutcome outcome, IItemAnswers<TWrite> answers)
    {
        if (outcome.Failures is not { } failures)
        {
            return;
        }

        var before = parts.ToArray();
        parts.Clear();
        var (at, kept) = (0, 0);
        foreach (var part in before)
        {
            for (var start = 0; start < part.Count;)
            {
                var length = Alike(outcome, failures, at, part.Count - start);
                if (!outcome.MayRepeat(failures[at]))
                {
                    part.Write.Resolve(part.From + start, length, failures[at] is null ? BatchOutcome.Written : outcome, at, answers);
                }
                else
                {
                    Array.Copy(outputs, at, outputs, kept, length);
                    parts.Add(new Part(part.Write, part.From + start, length));
                    kept += length;
                }

                start += length;
                at += length;
            }
        }

        Array.Clear(outputs, kept, Count - kept);
        Count = kept;
    }

    /// <summary>Empty, to be used again.</summary>
    public void Clear()
    {
        Array.Clear(outputs, 0, Count);
        parts.Clear();
        (Count, Bytes, RoomTaken, Key) = (0, 0, 0, null);
    }

    /// <summary>How many outputs from here on are written, have failed for good, or are to be repeated, like the first.</summary>
    private static int Alike(in BatchOutcome outcome, Exception?[] failures, int at, int most)
    {
        var (isWritten, mayRepeat) = (failures[at] is null, outcome.MayRepeat(failures[at]));
        var length = 1;
        while (length < most && failures[at + length] is null == isWritten && outcome.MayRepeat(failures[at + length]) == mayRepeat)
        {
            length++;
        }

        return length;
    }

    /// <summary>Outputs side by side that came from one write.</summary>
    public readonly record struct Part(WriteInProgress<TWrite> Write, int From, int Count);
}
