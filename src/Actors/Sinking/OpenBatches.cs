namespace AkkaPipeline.Sinking;

/// <summary>
/// The batches that gather, one for each key, or one without. Outputs are copied into them as they come; a batch that
/// has its size closes at once, and the oldest do when too much has gathered.
/// </summary>
/// <param name="bounds">When batches close.</param>
/// <param name="time">The clock.</param>
/// <param name="closed">Takes the closed ones, in the order in which they closed.</param>
internal sealed class OpenBatches<TWrite, TOut>(
    BatchBounds bounds, TimeProvider time, Queue<OutputBatch<TWrite, TOut>> closed)
{
    private const int SparesMax = 64;

    private readonly LinkedList<OutputBatch<TWrite, TOut>> oldestFirst = new();
    private readonly Dictionary<string, OutputBatch<TWrite, TOut>> byKey = [];
    private readonly Stack<OutputBatch<TWrite, TOut>> spares = new();
    private readonly long timeMax = bounds.TimeMax is { } most ? Math.Max(1, (long)(most.TotalSeconds * time.TimestampFrequency)) : 0;
    private OutputBatch<TWrite, TOut>? keyless;
    private long outputs;
    private long bytes;

    public bool Any => oldestFirst.Count > 0;

    /// <summary>When the oldest closes by its time; null where none does.</summary>
    public long? OldestDueAt => bounds.Gathers && oldestFirst.First is { } oldest ? oldest.Value.OpenedAt + timeMax : null;

    /// <summary>Copies a write's outputs into the batches where they belong.</summary>
    public void Add(WriteInProgress<TWrite> write, in WriteOutputs<TOut> added)
    {
        if (!bounds.Gathers)
        {
            AddWhole(write, added);
        }
        else if (added.Keys is { } keys)
        {
            for (var from = 0; from < added.Count;)
            {
                var to = EndOfRun(keys, from, added.Count);
                AddRun(keys[from], write, added, from, to);
                from = to;
            }
        }
        else
        {
            AddRun(null, write, added, 0, added.Count);
        }
    }

    public void CloseDue(long now)
    {
        while (OldestDueAt <= now)
        {
            CloseOldest(BatchClosedBy.Time);
        }
    }

    /// <summary>Closes the oldest, if there is one.</summary>
    public void CloseOldest(BatchClosedBy why)
    {
        if (oldestFirst.First is { } oldest)
        {
            Close(oldest.Value, why);
        }
    }

    /// <summary>A batch is done with.</summary>
    public void TakeBack(OutputBatch<TWrite, TOut> batch)
    {
        batch.Clear();
        if (spares.Count < SparesMax)
        {
            spares.Push(batch);
        }
    }

    private void AddWhole(WriteInProgress<TWrite> write, in WriteOutputs<TOut> added)
    {
        if (keyless is { } full && full.Count + added.Count > bounds.ItemsMax)
        {
            Close(full, BatchClosedBy.Size);
        }

        var batch = keyless ?? Open(null);
        Put(batch, write, added, 0, added.Count);
        if (batch.Count >= bounds.ItemsMax)
        {
            Close(batch, BatchClosedBy.Size);
        }
    }

    private void AddRun(string? key, WriteInProgress<TWrite> write, in WriteOutputs<TOut> added, int from, int to)
    {
        while (from < to)
        {
            var batch = Find(key) ?? Open(key);
            var count = Math.Min(to - from, bounds.ItemsMax - batch.Count);
            var fitting = Fitting(batch, added.Sizes, from, count);
            Put(batch, write, added, from, fitting);
            from += fitting;
            if (fitting < count || batch.Bytes >= bounds.BytesMax)
            {
                Close(batch, BatchClosedBy.Bytes);
            }
            else if (batch.Count >= bounds.ItemsMax)
            {
                Close(batch, BatchClosedBy.Size);
            }
            else
            {
                MakeRoom();
            }
        }
    }

    /// <summary>How many outputs the batch may take yet by their bytes; one that is too large is taken into an empty one.</summary>
    private int Fitting(OutputBatch<TWrite, TOut> batch, int[]? sizes, int from, int count)
    {
        if (sizes is null || bounds.BytesMax == long.MaxValue)
        {
            return count;
        }

        var left = bounds.BytesMax - batch.Bytes;
        var fitting = 0;
        while (fitting < count && (left -= sizes[from + fitting]) >= 0)
        {
            fitting++;
        }

        return fitting == 0 && batch.Count == 0 ? 1 : fitting;
    }

    private void Put(OutputBatch<TWrite, TOut> batch, WriteInProgress<TWrite> write, in WriteOutputs<TOut> added, int from, int count)
    {
        if (count == 0)
        {
            return;
        }

        var before = batch.Bytes;
        batch.Add(write, added, from, count);
        outputs += count;
        bytes += batch.Bytes - before;
    }

    /// <summary>Half of the room may gather, or consumers and batches would wait for each other.</summary>
    private void MakeRoom()
    {
        while (oldestFirst.Count > bounds.KeysMax || outputs > bounds.RoomOutputs / 2 || bytes > bounds.RoomBytes / 2)
        {
            CloseOldest(BatchClosedBy.Room);
        }
    }

    private OutputBatch<TWrite, TOut>? Find(string? key) => key is null ? keyless : byKey.GetValueOrDefault(key);

    private OutputBatch<TWrite, TOut> Open(string? key)
    {
        var batch = spares.TryPop(out var spare) ? spare : new OutputBatch<TWrite, TOut>();
        batch.Open(key, bounds.Gathers ? time.GetTimestamp() : 0);
        oldestFirst.AddLast(batch.Place);
        if (key is null)
        {
            keyless = batch;
        }
        else
        {
            byKey.Add(key, batch);
        }

        return batch;
    }

    private void Close(OutputBatch<TWrite, TOut> batch, BatchClosedBy why)
    {
        oldestFirst.Remove(batch.Place);
        if (batch.Key is { } key)
        {
            byKey.Remove(key);
        }
        else
        {
            keyless = null;
        }

        outputs -= batch.Count;
        bytes -= batch.Bytes;
        batch.ClosedBy = why;
        closed.Enqueue(batch);
    }

    private static int EndOfRun(string[] keys, int from, int end)
    {
        var to = from + 1;
        while (to < end && string.Equals(keys[to], keys[from], StringComparison.Ordinal))
        {
            to++;
        }

        return to;
    }
}
