namespace AkkaPipeline.Sinking;

/// <summary>
/// A sink without its actor: gathers writes while one is running, and starts the next with what has gathered.
/// </summary>
/// <param name="outputsMax">A batch's size; one write's outputs are never split.</param>
/// <param name="effects">The shell.</param>
internal sealed class SinkState<TWrite>(int outputsMax, ISinkEffects<TWrite> effects)
{
    private readonly Queue<(TWrite Write, int Outputs)> waiting = new();
    private readonly List<TWrite> batch = [];
    private SinkEnding? ending;
    private bool closing;

    /// <summary>Whether a batch is being written.</summary>
    public bool IsWriting => batch.Count > 0;

    public int Waiting => waiting.Count;

    public void Write(TWrite write, int outputs)
    {
        waiting.Enqueue((write, outputs));
        WriteNext();
    }

    /// <summary>The batch has been written, or has failed.</summary>
    public void Finished(Exception? failure)
    {
        foreach (var write in batch)
        {
            effects.Answer(write, failure);
        }

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
internal interface ISinkEffects<TWrite>
{
    void Write(IReadOnlyList<TWrite> batch, int outputs, BatchClosedBy closedBy);

    void Answer(TWrite write, Exception? failure);

    void Close(SinkEnding ending);
}
