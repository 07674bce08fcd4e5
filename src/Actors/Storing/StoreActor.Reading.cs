using Akka.Actor;
using Akka.Event;
using AkkaPipeline.Queueing;
using AkkaPipeline.Telemetry;

namespace AkkaPipeline.Storing;

/// <summary>Items are read back for the queue, ahead of need.</summary>
internal sealed partial class StoreActor
{
    private const int AloneMax = 4_096;
    private const int HandoverMax = 4_096;

    private Task ReadRowsAsync(StoreProtocol.ReadRows read, CancellationToken token) =>
        Task.Run(() => ReadRowsOffTurnAsync(read, token), token);

    private async Task ReadRowsOffTurnAsync(StoreProtocol.ReadRows read, CancellationToken token)
    {
        var rows = await store.ReadRowsAsync(read.After, read.Items, read.Bytes, token).ConfigureAwait(false);
        var runs = new List<ItemRun>();
        var undecodable = new List<IDeadLetter>();
        foreach (var row in rows.Where(row => row.Damage is null))
        {
            AddRuns(row, runs, undecodable);
        }

        self.Tell(new RowsAreRead(
            read,
            runs,
            rows.Count == 0 ? null : rows[^1].First + rows[^1].Count - 1,
            undecodable,
            [.. rows.Where(row => row.Damage is not null)]));
    }

    private void OnRowsRead(RowsAreRead read)
    {
        if (read.UpTo is null && isFull)
        {
            // Accepted items that wait for room are in no row yet: these were not the last.
            waitingForRoom.Add(token => ReadRowsAsync(read.Asked, token));
            return;
        }

        foreach (var row in read.Damaged)
        {
            EngineLog.RowDamaged(setup.Log, setup.Name, row.First, row.First + row.Count - 1, row.Damage, row.Unsettled);
        }

        gathering.Quarantined(read.Damaged.Sum(row => (long)row.Unsettled));
        KeepUndecodable(read.Undecodable, stoodAlone: false);
        queue.Tell(new QueueProtocol.RowsRead(
            read.Runs, read.UpTo, read.Undecodable.Count, read.Damaged.Sum(row => (long)row.Unsettled)));
    }

    /// <summary>What earlier runs have handed over and nobody has taken becomes items before the queue begins.</summary>
    private async Task<StoreOpened> TakeOverAsync(IHandover handover, StoreOpened opened, CancellationToken token)
    {
        var (counts, last) = (opened.Counts, 0L);
        while (await store.ReadHandoverAsync(handover.Name, HandoverMax, token).ConfigureAwait(false) is { Count: > 0 } left)
        {
            last = left[^1].Number;
            var first = counts.LastSequence + 1;
            counts = counts with { LastSequence = counts.LastSequence + left.Count, Accepted = counts.Accepted + left.Count };
            AcceptedItems[] accepted = [.. left.Select((output, index) => new AcceptedItems(first + index, output.Payload))];
            await store.CommitAsync(
                new StoreBatch { Accepted = accepted, Counts = counts, HandoverTaken = new HandoverTaken(handover.Name, last + 1) },
                token).ConfigureAwait(false);
        }

        handover.BeginReading(last);
        return opened with { Counts = counts };
    }

    private Task ReadAloneAsync(StoreProtocol.ReadAlone read, CancellationToken token) => Task.Run(
        async () =>
        {
            var items = await store.ReadAloneAsync(read.After, AloneMax, token).ConfigureAwait(false);
            var chunks = new List<Chunk>();
            var undecodable = new List<IDeadLetter>();
            foreach (var item in items.Where(item => checkpoints is null || checkpoints.Holds(item)))
            {
                try
                {
                    chunks.Add(setup.Items.ToChunk(item));
                }
                catch (Exception thrown)
                {
                    undecodable.Add(UndecodableItem.ToLetter(setup, identity!, item.Sequence, item.Item, item.History, thrown));
                }
            }

            self.Tell(new AloneIsRead(chunks, items.Count < AloneMax ? null : items[^1].Sequence, undecodable));
        },
        token);

    private void OnAloneRead(AloneIsRead read)
    {
        foreach (var item in read.Items)
        {
            outputs?.Restored(item.FirstSequence);
        }

        KeepUndecodable(read.Undecodable, stoodAlone: true);
        queue.Tell(new QueueProtocol.AloneRead(read.Items, read.After, read.Undecodable.Count));
    }

    private void KeepUndecodable(IReadOnlyList<IDeadLetter> letters, bool stoodAlone)
    {
        foreach (var letter in letters)
        {
            EngineLog.Undecodable(setup.Log, setup.Name, letter.Sequence);
            gathering.Undecodable(letter, stoodAlone);
        }

        if (letters.Count > 0)
        {
            CommitSoon();
        }
    }

    private void AddRuns(StoredRow row, List<ItemRun> runs, List<IDeadLetter> undecodable)
    {
        var settled = row.Settled is null ? SettledBits.For(row.Count) : [.. row.Settled];
        var chunk = setup.Items.ToChunk(row, (index, thrown) =>
        {
            undecodable.Add(UndecodableItem.ToLetter(setup, identity!, row.First + index, row.Items!.Only(index), [], thrown));
            SettledBits.Set(settled, index);
        });
        AddUnsettled(settled, row.Count, chunk, runs);
    }

    /// <summary>The runs of a row that are not settled.</summary>
    internal static void AddUnsettled(ulong[]? settled, int count, Chunk chunk, List<ItemRun> runs)
    {
        var from = 0;
        while (from < count)
        {
            var to = from;
            while (to < count && (settled is null || !SettledBits.IsSet(settled, to)))
            {
                to++;
            }

            if (to > from)
            {
                runs.Add(new ItemRun(chunk, from, to - from));
            }

            from = to + 1;
        }
    }

    private sealed record RowsAreRead(
        StoreProtocol.ReadRows Asked, IReadOnlyList<ItemRun> Runs, long? UpTo, IReadOnlyList<IDeadLetter> Undecodable, IReadOnlyList<StoredRow> Damaged)
        : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    private sealed record AloneIsRead(IReadOnlyList<Chunk> Items, long? After, IReadOnlyList<IDeadLetter> Undecodable)
        : IDeadLetterSuppression, INoSerializationVerificationNeeded;
}
