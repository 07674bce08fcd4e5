using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;
using AkkaPipeline.Queueing.Orders;
using AkkaPipeline.Storing;
using Xunit;

namespace AkkaPipeline.Tests.DurableQueues;

/// <summary>
/// The cores of a durable queue without actors: the queue, what gathers for its store, and a store in memory. Whoever
/// drives it says when something is committed or read; a crash forgets all but the store. What the queue tells its store is
/// heard only then, and the room of items is used again as soon as nobody holds it.
/// </summary>
internal sealed class StoredQueue : IQueueEffects
{
    private static readonly ItemEncoder<int> Encoder = new(ItemCodec.Default<int>(), 1024);

    private readonly MemoryStore store = new();
    private readonly Func<IReadyOrder> createOrder;
    private readonly QueueLimits limits;
    private readonly TimeProvider time;
    private readonly ItemMeasures<int> measures;
    private readonly StoreSetup setup;
    private readonly Queue<Action> reads = new();
    private readonly Queue<QueueWrite> told = new();
    private readonly ItemBufferPool<int> buffers;
    private BatchGathering gathering = null!;

    public StoredQueue(QueueLimits limits, Func<IReadyOrder> createOrder, Func<int, string>? keyOf, TimeProvider time)
    {
        this.limits = limits;
        this.createOrder = createOrder;
        this.time = time;
        measures = new ItemMeasures<int>(null, null, keyOf, Encoder);
        buffers = new ItemBufferPool<int>(measures);
        setup = new StoreSetup
        {
            Name = "orders",
            Store = store,
            Items = new StoredItems<int>(measures, Encoder, time),
            Keeps = Durability.Full,
            Time = time,
            PutIdsMax = limits.PutIdsMax,
        };
        Open();
    }

    public QueueState State { get; private set; } = null!;

    public IQueueStore Store => store;

    /// <summary>Grants since the last opening, not looked at yet.</summary>
    public Queue<(ConsumerKey Consumer, long Id, GrantItems Items)> Grants { get; } = new();

    public long ConfirmedUpTo { get; private set; }

    public HashSet<long> Duplicates { get; } = [];

    public bool HasReads => reads.Count > 0;

    /// <summary>Whether the store has heard all that it was told.</summary>
    public bool HasHeardAll => told.Count == 0;

    public static int ItemOf(ItemRun item) => ((Chunk<int>)item.Chunk).Items[((Chunk<int>)item.Chunk).Offset + item.Start];

    /// <summary>The process has died: what is not in the store is gone.</summary>
    public void Open()
    {
        reads.Clear();
        told.Clear();
        Grants.Clear();
        Duplicates.Clear();
        ConfirmedUpTo = 0;
        var opened = Done(store.OpenAsync("orders", default));
        opened = opened with { PutIds = Done(store.ReadPutIdsAsync(default)) };
        gathering = new BatchGathering(setup, opened.Counts);
        Assert.True(store.CommitAsync(gathering.Reservation(), default).AsTask().IsCompletedSuccessfully);
        State = new QueueState(limits, createOrder(), opened.Epoch, this, time);
        State.Begin(opened.Left);
    }

    public Chunk ChunkOf(IReadOnlyList<int> items, IReadOnlyList<long> dueAt, IReadOnlyList<string?> ids)
    {
        var buffer = buffers.Rent();
        for (var index = 0; index < items.Count; index++)
        {
            buffer.Add(items[index], measures.Of(items[index]), dueAt[index], null, ids[index]);
        }

        var chunk = buffer.CutChunk(items.Count)!;
        buffer.Release();
        return chunk;
    }

    /// <summary>Commits what has gathered, or what may be without new items, or finds no room for it.</summary>
    public void Commit(bool withAccepts, bool isFull, int hears = int.MaxValue)
    {
        Hear(hears);
        if (gathering.IsEmpty)
        {
            return;
        }

        var taken = withAccepts ? gathering.Take() : gathering.TakeWithoutAccepts();
        if (isFull)
        {
            gathering.GiveBack(taken);
            return;
        }

        var committing = store.CommitAsync(taken.Batch, default).AsTask();
        Assert.True(committing.IsCompletedSuccessfully);
        taken.LetGoOfPayloads();
        State.Committed(taken.AcceptsUpTo, taken.RestUpTo);
    }

    /// <summary>Answers the oldest question of the queue. Everything that was told before is in the store then.</summary>
    public void Read()
    {
        Commit(withAccepts: true, isFull: false);
        reads.Dequeue()();
    }

    /// <summary>Dead letters go back to the queue, as far as it takes them.</summary>
    public int Requeue(int most)
    {
        Commit(withAccepts: true, isFull: false);
        var letters = Done(store.ReadDeadLettersAsync(null, 0, most, default));
        if (letters.Count == 0 || State.Requeue([.. letters.Select(letter => setup.Items.ToRequeued(letter.Letter))]) is not null)
        {
            return 0;
        }

        Hear();
        gathering.LettersLeft(letters.Select(letter => letter.Number), dropped: false);
        Commit(withAccepts: true, isFull: false);
        return letters.Count;
    }

    /// <summary>What the store holds unsettled, by number.</summary>
    public Dictionary<long, int> Left()
    {
        var left = new Dictionary<long, int>();
        var after = 0L;
        while (Done(store.ReadRowsAsync(after, 64, 1 << 20, default)) is { Count: > 0 } rows)
        {
            foreach (var row in rows)
            {
                var chunk = setup.Items.ToChunk(row, (_, thrown) => throw thrown);
                for (var index = 0; index < row.Count; index++)
                {
                    if (row.Settled is null || (row.Settled[index >> 6] & (1UL << (index & 63))) == 0)
                    {
                        left.Add(row.First + index, ItemOf(new ItemRun(chunk, index, 1)));
                    }
                }
            }

            after = rows[^1].First;
        }

        foreach (var alone in Done(store.ReadAloneAsync(0, int.MaxValue, default)))
        {
            left.Add(alone.Sequence, ItemOf(new ItemRun(setup.Items.ToChunk(alone), 0, 1)));
        }

        return left;
    }

    public IReadOnlyList<DeadLetteredItem<int>> Letters() =>
        [.. Done(store.ReadDeadLettersAsync(null, 0, int.MaxValue, default))
            .Select(kept => (DeadLetteredItem<int>)setup.Items.FromStored(kept.Letter))];

    void IQueueEffects.Credit(ProducerKey producer, CreditStanding standing) =>
        ConfirmedUpTo = Math.Max(ConfirmedUpTo, standing.ConfirmedUpTo);

    void IQueueEffects.Recall(ProducerKey producer, long version)
    {
    }

    void IQueueEffects.SettledRun(ProducerKey producer, long number, long first, int count)
    {
    }

    void IQueueEffects.Grant(ConsumerKey consumer, long id, long request, GrantItems items) => Grants.Enqueue((consumer, id, items));

    void IQueueEffects.Settled(ConsumerKey consumer, long upTo, IReadOnlyList<Refusal> refused) => Assert.Empty(refused);

    void IQueueEffects.TakeBack(ConsumerKey consumer, long grantId)
    {
    }

    void IQueueEffects.NothingReady(ConsumerKey consumer, long request, bool shutDown)
    {
    }

    void IQueueEffects.CancelItem(ConsumerKey consumer, long grantId, int index)
    {
    }

    void IQueueEffects.Duplicates(ProducerKey producer, IReadOnlyList<long> numbers) => Duplicates.UnionWith(numbers);

    void IQueueEffects.Write(QueueWrite write) => told.Enqueue(write);

    void IQueueEffects.CommitNow(long number, bool atEnd, bool last)
    {
    }

    void IQueueEffects.Suspect(long sequence, SuspectStanding standing)
    {
    }

    void IQueueEffects.ReadAlone(long after) => reads.Enqueue(() =>
    {
        var items = Done(store.ReadAloneAsync(after, 8, default));
        State.AloneRead([.. items.Select(setup.Items.ToChunk)], items.Count < 8 ? null : items[^1].Sequence, 0);
    });

    void IQueueEffects.ReadRows(long after, int items, long bytes) => reads.Enqueue(() =>
    {
        var rows = Done(store.ReadRowsAsync(after, items, bytes, default));
        var runs = new List<ItemRun>();
        foreach (var row in rows)
        {
            StoreActor.AddUnsettled(row.Settled, row.Count, setup.Items.ToChunk(row, (_, thrown) => throw thrown), runs);
        }

        State.RowsRead(runs, rows.Count == 0 ? null : rows[^1].First + rows[^1].Count - 1, 0, 0);
    });

    void IQueueEffects.HandBack()
    {
    }

    void IQueueEffects.NudgeSink()
    {
    }

    void IQueueEffects.Joined(long joinId)
    {
    }

    void IQueueEffects.Quiet()
    {
    }

    void IQueueEffects.Stalled(Stall stall)
    {
    }

    void IQueueEffects.Halted(HaltRule rule)
    {
    }

    /// <summary>A store that is behind has not heard all that it was told.</summary>
    private void Hear(int most = int.MaxValue)
    {
        for (; most > 0 && told.TryDequeue(out var write); most--)
        {
            gathering.Add(write);
        }
    }

    /// <summary>The store in memory never waits.</summary>
    private static TResult Done<TResult>(ValueTask<TResult> task)
    {
        TResult result = default!;
        Assert.True(TakeAsync().IsCompletedSuccessfully);
        return result;

        async Task TakeAsync() => result = await task;
    }
}
