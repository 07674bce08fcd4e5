namespace AkkaPipeline.Sinking;

/// <summary>
/// A sink without its actor: gathers writes while one is running, and starts the next with what has gathered.
/// </summary>
/// <param name="outputsMax">A batch's size; one write's outputs are never split.</param>
/// <param name="effects">The shell.</param>
internal sealed class SinkState<TWrite>(int outputsMax, ISinkEffects<TWrite> effects)
{
    private readonly Queue<WriteInProgress<TWrite>> waiting = new();
    private readonly List<WriteInProgress<TWrite>> writing = [];
    private readonly List<TWrite> batch = [];
    private SinkEnding? ending;
    private bool closing;

    /// <summary>Whether a batch is being written.</summary>
    public bool IsWriting => batch.Count > 0;

    public int Waiting => waiting.Count;

    /// <summary>Outputs are to be written.</summary>
    /// <param name="write">The write.</param>
    /// <param name="items">How many items they came from.</param>
    /// <param name="outputs">How many outputs.</param>
    /// <param name="ends">Where each item's outputs end; null: each item has exactly one.</param>
    public void Write(TWrite write, int items, int outputs, int[]? ends)
    {
        waiting.Enqueue(new WriteInProgress<TWrite>(write, items, outputs, ends));
        WriteNext();
    }

    /// <summary>The batch has been written, or has failed.</summary>
    public void Finished(BatchOutcome outcome)
    {
        var at = 0;
        foreach (var write in writing)
        {
            write.Resolve(0, write.Outputs, outcome, at, effects);
            effects.Done(write.Write);
            at += write.Outputs;
        }

        writing.Clear();
        batch.Clear();
        WriteNext();
    }

    public void Close(SinkEnding how)
    {
        ending ??= how;
        WriteNext();
    }

    private void WriteNext()
    {
        if (IsWriting || closing)
        {
            return;
        }

        var outputs = 0;
        while (waiting.TryPeek(out var next) && (batch.Count == 0 || outputs + next.Outputs <= outputsMax))
        {
            waiting.Dequeue();
            writing.Add(next);
            batch.Add(next.Write);
            outputs += next.Outputs;
        }

        if (batch.Count > 0)
        {
            effects.Write(batch, outputs, waiting.Count > 0 ? BatchClosedBy.Size : BatchClosedBy.Ready);
        }
        else if (ending is { } how)
        {
            closing = true;
            effects.Close(how);
        }
    }
}

/// <summary>What a sink's core asks its shell to do.</summary>
internal interface ISinkEffects<TWrite> : IItemAnswers<TWrite>
{
    void Write(IReadOnlyList<TWrite> batch, int outputs, BatchClosedBy closedBy);

    /// <summary>Every output of a write has its outcome.</summary>
    void Done(TWrite write);

    void Close(SinkEnding ending);
}
