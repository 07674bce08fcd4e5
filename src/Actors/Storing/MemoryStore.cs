using AkkaPipeline.Queueing;

namespace AkkaPipeline.Storing;

/// <summary>
/// Keeps everything in this process: gone when it ends. Opened again, the same store is what a store on disk is after a
/// crash: it raises the epoch and has what was committed.
/// </summary>
internal sealed class MemoryStore : IQueueStore
{
    private readonly Lock gate = new();
    private readonly MemoryRows rows = new();
    private readonly SortedDictionary<long, StoredItem> alone = [];
    private readonly MemoryDeadLetters deadLetters = new();
    private readonly Queue<StoredPutId> putIds = new();
    private readonly SortedDictionary<string, StoredCheckpoint> checkpoints = new(StringComparer.Ordinal);
    private readonly string instance = Guid.NewGuid().ToString("N")[..12];
    private readonly Dictionary<string, SortedDictionary<long, EncodedItems>> handovers = [];
    private StoreCounts counts = StoreCounts.None;
    private long lastHandedOver;
    private int epoch;

    public ValueTask<StoreOpened> OpenAsync(string queue, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return ValueTask.FromResult(new StoreOpened(new QueueIdentity(queue, instance), ++epoch)
            {
                Counts = counts,
                DeadLettersKept = deadLetters.Count(null),
                Alone = alone.Count,
                Checkpoints = [.. checkpoints.Values],
            });
        }
    }

    public ValueTask CommitAsync(StoreBatch batch, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            WriteItems(batch);
            deadLetters.Write(batch);
            foreach (var put in batch.PutIds)
            {
                putIds.Enqueue(put);
            }

            while (batch.PutIdsMax > 0 && putIds.Count > batch.PutIdsMax)
            {
                putIds.Dequeue();
            }

            counts = batch.Counts is { } given ? given with { Quarantined = counts.Quarantined } : counts;
            if (batch.Checkpoint is { } checkpoint)
            {
                checkpoints[checkpoint.Source] = checkpoint;
            }

            WriteHandovers(batch);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<StoredRow>> ReadRowsAsync(
        long after, int items, long bytes, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return ValueTask.FromResult(rows.Read(after, items, bytes));
        }
    }

    public ValueTask<IReadOnlyList<StoredItem>> ReadAloneAsync(long after, int limit, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return ValueTask.FromResult<IReadOnlyList<StoredItem>>([.. alone.Values.SkipWhile(item => item.Sequence <= after).Take(limit)]);
        }
    }

    public ValueTask<IReadOnlyList<StoredPutId>> ReadPutIdsAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return ValueTask.FromResult<IReadOnlyList<StoredPutId>>([.. putIds]);
        }
    }

    public ValueTask<IReadOnlyList<StoredHandover>> ReadHandoverAsync(string handover, int limit, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return ValueTask.FromResult<IReadOnlyList<StoredHandover>>(
                [.. handovers.GetValueOrDefault(handover, []).Take(limit).Select(output => new StoredHandover(output.Key, output.Value))]);
        }
    }

    public ValueTask<IReadOnlyList<StoredDeadLetter>> ReadDeadLettersAsync(
        DeadLetterFilter? filter, long after, int limit, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return ValueTask.FromResult(deadLetters.Read(filter, after, limit));
        }
    }

    public ValueTask<long> CountDeadLettersAsync(DeadLetterFilter? filter, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return ValueTask.FromResult(deadLetters.Count(filter));
        }
    }

    public ValueTask CloseAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private void WriteHandovers(StoreBatch batch)
    {
        foreach (var output in batch.HandedOver?.Outputs ?? [])
        {
            output.Number = ++lastHandedOver;
            handovers.TryAdd(batch.HandedOver!.Handover, []);
            handovers[batch.HandedOver.Handover].Add(output.Number, output.Payload);
        }

        while (batch.HandoverTaken is { } taken && handovers.TryGetValue(taken.Handover, out var left)
            && left.Count > 0 && left.First().Key < taken.Below)
        {
            left.Remove(left.First().Key);
        }
    }

    private void WriteItems(StoreBatch batch)
    {
        if (batch.DropsRowsAbove is { } number)
        {
            rows.SettleAbove(number);
        }

        foreach (var range in batch.Settled)
        {
            rows.Settle(range);
        }

        foreach (var accepted in batch.Accepted)
        {
            rows.Add(accepted);
        }

        foreach (var sequence in batch.AloneRemoved)
        {
            alone.Remove(sequence);
        }

        foreach (var item in batch.Alone)
        {
            alone[item.Sequence] = item;
        }
    }
}
