using AkkaPipeline.Queueing;

namespace AkkaPipeline.Storing;

/// <summary>
/// The outputs of items that are not settled yet: they go into the commit that has an item done, or nowhere. An item that runs again
/// replaces what it had put out before.
/// </summary>
internal sealed class HandoverGathering(IHandover handover)
{
    private readonly Dictionary<long, IReadOnlyList<HandedOver>> pending = [];
    private readonly List<HandedOver> done = [];

    public bool IsEmpty => done.Count == 0;

    /// <summary>An item has put something out. Said before it is settled.</summary>
    public void Add(long sequence, IReadOnlyList<HandedOver> outputs)
    {
        Discard(sequence);
        pending.Add(sequence, outputs);
    }

    /// <summary>Something has become of items.</summary>
    public void Heard(QueueWrite write)
    {
        switch (write)
        {
            case QueueWrite.Settled { Dropped: false } one:
                Done(one.Run);
                break;
            case QueueWrite.Settled one:
                Discard(one.Run);
                break;
            case QueueWrite.DeadLettered one:
                Discard(one.Run);
                break;
            case QueueWrite.StandsAlone one:
                Discard(one.Item);
                break;
            case QueueWrite.Returned one:
                Discard(one.Run);
                break;
        }
    }

    public HandoverPart? Take()
    {
        var part = done.Count == 0 ? null : new HandoverPart(handover.Name, [.. done]);
        done.Clear();
        return part;
    }

    public void GiveBack(HandoverPart? part) => done.InsertRange(0, part?.Outputs ?? []);

    private void Done(ItemRun run)
    {
        foreach (var outputs in Remove(run))
        {
            done.AddRange(outputs);
        }
    }

    private void Discard(ItemRun run)
    {
        foreach (var outputs in Remove(run))
        {
            handover.Discard(outputs);
        }
    }

    private IEnumerable<IReadOnlyList<HandedOver>> Remove(ItemRun run)
    {
        for (var sequence = run.FirstSequence; pending.Count > 0 && sequence < run.FirstSequence + run.Count; sequence++)
        {
            if (pending.Remove(sequence, out var outputs))
            {
                yield return outputs;
            }
        }
    }

    private void Discard(long sequence)
    {
        if (pending.Remove(sequence, out var outputs))
        {
            handover.Discard(outputs);
        }
    }
}
