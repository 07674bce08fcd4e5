using AkkaPipeline.Queueing;

namespace AkkaPipeline.Storing;

/// <summary>
/// The checkpoints of a job with a replayable source. What happens is noted on the store actor's turn; a commit works on
/// the notes off it, one at a time: it finds the largest consistent checkpoint, brings the outputs to the disk, then
/// commits.
/// </summary>
/// <param name="setup">The store's.</param>
/// <param name="replay">The source, and the sinks whose lengths belong to a checkpoint.</param>
internal sealed class JobCheckpoints(StoreSetup setup, ReplaySetup replay)
{
    private const int RowsMax = 4_096;

    private readonly IReplayableSource source = replay.Source ?? throw new ArgumentException("Checkpoints are of a source.", nameof(replay));
    private readonly Dictionary<long, StoredItem> rows = [];
    private readonly HashSet<long> rowsKept = [];
    private List<Action<CheckpointLedger>> notes = [];
    private CheckpointLedger ledger = new();
    private StoreCounts before = StoreCounts.None;
    private long retried;
    private long settledBefore;
    private long heard;
    private bool isAtEnd;

    /// <summary>Whether something has been noted since notes were taken last.</summary>
    public bool HasNotes { get; private set; }

    /// <summary>Notes what has happened in the queue.</summary>
    public void Note(QueueWrite write)
    {
        HasNotes = true;
        heard = write.Number;
        switch (write)
        {
            case QueueWrite.Settled one:
                NoteSettled(one.Run, one.Dropped ? SettledAs.Dropped : SettledAs.Acked);
                break;
            case QueueWrite.DeadLettered one:
                NoteSettled(one.Run, SettledAs.DeadLettered);
                break;
            case QueueWrite.StandsAlone one:
                NoteRow(one);
                break;
        }
    }

    /// <summary>Notes that outputs have been written.</summary>
    public void Note(StoreProtocol.Written written)
    {
        HasNotes = true;
        NumberRange[] numbers = [.. written.Numbers.Select(range => range with { First = range.First - 1 })];
        notes.Add(to => to.Written(written.Sink, written.Length, numbers));
    }

    /// <summary>Somebody waits for what has been noted.</summary>
    public void Note(StoreProtocol.CommitNow asked)
    {
        heard = asked.Number;
        isAtEnd |= asked.AtEnd;
    }

    /// <summary>Takes the notes for a commit.</summary>
    public TakenNotes Take()
    {
        var taken = new TakenNotes(notes, heard, isAtEnd);
        notes = [];
        isAtEnd = false;
        HasNotes = false;
        return taken;
    }

    /// <summary>Goes on where an earlier run was, or begins.</summary>
    /// <exception cref="SourceChangedException">The source is not what it was.</exception>
    public async Task<StoreOpened> ResumeAsync(StoreOpened opened, CancellationToken cancellationToken)
    {
        ReplaySetup.Expect(ReplaySetup.OfSource, opened, setup.Name);
        var checkpoint = opened.Checkpoints.FirstOrDefault(kept => kept.Source == ReplaySetup.OfSource);
        var first = 0L;
        if (checkpoint is not null)
        {
            first = ResumeSource(ref checkpoint);
            ledger = new CheckpointLedger(checkpoint);
        }

        await ReadRowsAsync(renumbered: source is ISelectiveSource, cancellationToken).ConfigureAwait(false);
        foreach (var (name, sink) in replay.Sinks)
        {
            await sink.ResumeAsync(ledger.LengthOf(name), cancellationToken).ConfigureAwait(false);
        }

        // Rows that are damaged were moved aside when they were read, and no longer stand alone.
        before = opened.Counts with { Quarantined = opened.Counts.Quarantined + opened.Alone - rows.Count };
        var undecodable = await SettleUndecodableAsync(opened.Identity, cancellationToken).ConfigureAwait(false);
        return opened with
        {
            Counts = before with
            {
                LastSequence = first,
                Accepted = before.Settled + undecodable + before.Quarantined + rows.Count,
                DeadLettered = before.DeadLettered + undecodable,
            },
            Alone = rows.Count,
            SettledBefore = [.. (checkpoint?.Settled ?? []).Select(range => (range.First + 1, range.Count))],
        };
    }

    /// <summary>Commits the notes: outputs first, so that no checkpoint holds what a power cut could take.</summary>
    /// <returns>How many items it is about that no earlier one was; null: there was nothing to commit.</returns>
    public async Task<long?> CommitAsync(TakenNotes taken, CancellationToken cancellationToken)
    {
        foreach (var note in taken.Notes)
        {
            note(ledger);
        }

        if (!ledger.HasNews && !taken.AtEnd)
        {
            return null;
        }

        var checkpoint = ledger.Take(taken.AtEnd ? long.MaxValue : source.FirmBelow);
        var position = source.PositionAt(checkpoint.Watermark);
        foreach (var sink in replay.Sinks.Values)
        {
            await sink.SyncAsync(cancellationToken).ConfigureAwait(false);
        }

        rowsKept.UnionWith(checkpoint.RowsWritten);
        rowsKept.ExceptWith(checkpoint.RowsSettled);
        var (acked, deadLettered, dropped) = (
            before.Acked + checkpoint.Acked, before.DeadLettered + checkpoint.DeadLettered, before.Dropped + checkpoint.Dropped);
        await setup.Store.CommitAsync(
            new StoreBatch
            {
                Alone = [.. checkpoint.RowsWritten.Select(number => rows[number])],
                AloneRemoved = [.. checkpoint.RowsSettled.Select(number => number + 1)],
                Checkpoint = checkpoint.ToStored(ReplaySetup.OfSource, position),
                Counts = new StoreCounts(
                    checkpoint.Watermark,
                    acked + deadLettered + dropped + before.Quarantined + rowsKept.Count,
                    acked,
                    deadLettered,
                    dropped,
                    before.Retried + retried),
            },
            cancellationToken).ConfigureAwait(false);
        source.Forget(checkpoint.Watermark);
        var settled = checkpoint.Acked + checkpoint.DeadLettered + checkpoint.Dropped;
        var news = settled - settledBefore + checkpoint.RowsWritten.Count;
        settledBefore = settled;
        return news;
    }

    /// <summary>Whether an item that stands alone in the store is not settled.</summary>
    public bool Holds(StoredItem item) => rows.ContainsKey(item.Sequence - 1);

    private void NoteSettled(ItemRun run, SettledAs how)
    {
        var (first, count, alone) = (run.FirstSequence - 1, run.Count, run.Chunk.StandsAlone);
        notes.Add(to =>
        {
            to.Settled(first, count, how);
            if (alone)
            {
                rows.Remove(first);
            }
        });
    }

    private void NoteRow(QueueWrite.StandsAlone one)
    {
        var number = one.Item.FirstSequence - 1;
        var row = new StoredItem(
            one.Item.FirstSequence, setup.Items.PayloadOf(one.Item), one.Due, one.Delay, one.Attempts, one.History);
        notes.Add(to =>
        {
            to.Moved(number);
            rows[number] = row;
            retried++;
        });
    }

    private long ResumeSource(ref StoredCheckpoint checkpoint)
    {
        if (source is not ISelectiveSource selective)
        {
            source.ResumeAt(checkpoint.Position, checkpoint.Watermark);
            return checkpoint.Watermark;
        }

        var settled = NumberSet.Of(checkpoint.Settled.Prepend(new NumberRange(0, checkpoint.Watermark)));
        var next = selective.ResumeWithout(checkpoint.Position, settled);
        checkpoint = checkpoint with { Watermark = next, Settled = [] };
        return next;
    }

    /// <summary>
    /// The items that stand alone. Where the source counts anew they take the lowest numbers, which are all settled in it.
    /// </summary>
    private async Task ReadRowsAsync(bool renumbered, CancellationToken cancellationToken)
    {
        var after = 0L;
        var removed = new List<long>();
        while (await setup.Store.ReadAloneAsync(after, RowsMax, cancellationToken).ConfigureAwait(false) is { Count: > 0 } page)
        {
            foreach (var row in page)
            {
                var number = renumbered ? rows.Count : row.Sequence - 1;
                rows.Add(number, row with { Sequence = number + 1 });
                rowsKept.Add(number);
                removed.Add(row.Sequence);
                ledger.Restored(number);
            }

            after = page[^1].Sequence;
        }

        if (renumbered && removed.Count > 0)
        {
            var kept = rows.Keys.Select(number => number + 1).ToHashSet();
            await setup.Store.CommitAsync(
                new StoreBatch { AloneRemoved = [.. removed.Where(sequence => !kept.Contains(sequence))], Alone = [.. rows.Values] },
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Items that cannot be read back are dead letters before the queue begins; the next checkpoint holds that.</summary>
    /// <returns>How many.</returns>
    private async Task<int> SettleUndecodableAsync(QueueIdentity identity, CancellationToken cancellationToken)
    {
        var letters = new SortedDictionary<long, IDeadLetter>();
        foreach (var (number, row) in rows)
        {
            try
            {
                setup.Items.ToChunk(row);
            }
            catch (Exception thrown)
            {
                letters.Add(number, setup.Items.FromStored(
                    UndecodableItem.ToLetter(setup, identity, row.Sequence, row.Item, row.History, thrown)));
            }
        }

        if (letters.Count == 0)
        {
            return 0;
        }

        var sink = replay.Letters ?? throw new InvalidOperationException("Where only checkpoints are kept a sink takes the dead letters.");
        await sink.WriteAsync([.. letters.Values], cancellationToken).ConfigureAwait(false);
        if (replay.Sinks.TryGetValue(sink.Name, out var resumable))
        {
            ledger.Written(sink.Name, resumable.Length, [.. letters.Keys.Select(number => new NumberRange(number, 1))]);
        }

        foreach (var number in letters.Keys)
        {
            ledger.Settled(number, 1, SettledAs.DeadLettered);
            rows.Remove(number);
        }

        return letters.Count;
    }
}

/// <summary>What a commit of a checkpoint works on.</summary>
/// <param name="Notes">What has happened, in order.</param>
/// <param name="UpTo">What is committed then, by the queue's numbers.</param>
/// <param name="AtEnd">Whether everything is settled, and nothing more comes.</param>
internal sealed record TakenNotes(IReadOnlyList<Action<CheckpointLedger>> Notes, long UpTo, bool AtEnd);
