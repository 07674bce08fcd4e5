using AkkaPipeline.Queueing;

namespace AkkaPipeline.Storing;

/// <summary>
/// Holds back what becomes of a stored queue's items until their outputs can be committed with it: what is settled in a
/// store, and the lengths of the files in it, fit each other exactly. Accepts are not held.
/// </summary>
/// <param name="ledger">Begun with the files' lengths.</param>
internal sealed class HeldSettlements(CheckpointLedger ledger)
{
    private readonly Dictionary<long, List<QueueWrite>> alone = [];
    private List<QueueWrite> inRows = [];

    /// <summary>Hears what has happened in the queue.</summary>
    /// <returns>Whether it is held; else it can be gathered at once.</returns>
    public bool Holds(QueueWrite write)
    {
        switch (write)
        {
            case QueueWrite.Settled one:
                Settled(one, one.Run, one.Dropped ? SettledAs.Dropped : SettledAs.Acked);
                return true;
            case QueueWrite.DeadLettered one:
                Settled(one, one.Run, SettledAs.DeadLettered);
                return true;
            case QueueWrite.StandsAlone { From: QueueWrite.Standing.InRow or QueueWrite.Standing.Alone } one:
                ledger.Moved(one.Item.FirstSequence);
                HoldAlone(one, one.Item.FirstSequence);
                return true;
            case QueueWrite.StandsAlone one:
                Restored(one.Item.FirstSequence);
                return false;
            default:
                return false;
        }
    }

    /// <summary>An item stands in a row of its own without having failed in this run.</summary>
    public void Restored(long sequence)
    {
        if (!ledger.StandsAlone(sequence))
        {
            ledger.Restored(sequence);
        }
    }

    /// <summary>Outputs have been written.</summary>
    public void Written(string file, long length, IReadOnlyList<NumberRange> items) => ledger.Written(file, length, items);

    /// <summary>Gives up what can be committed now, in the order in which it came for each item.</summary>
    /// <returns>The lengths of the files that belong to that.</returns>
    public IReadOnlyDictionary<string, long> ReleaseInto(BatchGathering gathering)
    {
        var checkpoint = ledger.Take();
        var held = inRows;
        inRows = [];
        foreach (var write in held)
        {
            Release(write, gathering);
        }

        var written = checkpoint.RowsWritten.ToHashSet();
        foreach (var (sequence, writes) in alone.Where(one => !ledger.StandsAlone(one.Key) || written.Contains(one.Key)).ToList())
        {
            writes.ForEach(gathering.Add);
            alone.Remove(sequence);
        }

        return checkpoint.Outputs;
    }

    private void Settled(QueueWrite write, ItemRun run, SettledAs how)
    {
        ledger.Settled(run.FirstSequence, run.Count, how);
        if (run.Chunk.StandsAlone)
        {
            HoldAlone(write, run.FirstSequence);
        }
        else
        {
            inRows.Add(write);
        }
    }

    private void HoldAlone(QueueWrite write, long sequence)
    {
        if (!alone.TryGetValue(sequence, out var writes))
        {
            alone.Add(sequence, writes = []);
        }

        writes.Add(write);
    }

    private void Release(QueueWrite write, BatchGathering gathering)
    {
        var run = RunOf(write);
        var items = new NumberRange(run.FirstSequence, run.Count);
        if (ledger.Taken.Covers(items))
        {
            gathering.Add(write);
            return;
        }

        foreach (var part in ledger.Taken.PartsWithin(items))
        {
            gathering.Add(Part(write, run, part));
        }

        inRows.AddRange(ledger.Taken.PartsOutside(items).Select(part => Part(write, run, part)));
    }

    private static ItemRun RunOf(QueueWrite write) => write switch
    {
        QueueWrite.Settled one => one.Run,
        QueueWrite.DeadLettered one => one.Run,
        _ => throw new InvalidOperationException($"{write.GetType().Name} settles nothing."),
    };

    private static QueueWrite Part(QueueWrite write, ItemRun run, NumberRange items)
    {
        var part = run.From((int)(items.First - run.FirstSequence)).First((int)items.Count);
        return write switch
        {
            QueueWrite.Settled one => one with { Run = part },
            QueueWrite.DeadLettered one => one with { Run = part },
            _ => write,
        };
    }
}
