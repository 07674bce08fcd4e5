using AkkaPipeline.Queueing;
using AkkaPipeline.Storing;
using AkkaPipeline.Tests.Queueing;
using Xunit;

namespace AkkaPipeline.Tests.Storing;

public sealed class DeadLetterMovesTests
{
    private readonly MemoryStore store = new();
    private readonly AskedQueue queue;

    public DeadLetterMovesTests() => queue = new AskedQueue(store);

    private DeadLetterMoves Moves => new("orders", store, queue, letter => PlainChunk.Accepted(1, letter.Sequence));

    [Fact]
    public async Task Letters_leave_in_groups_oldest_first()
    {
        await KeepAsync(2_500);

        var moved = await Moves.RequeueAsync(null, default);

        Assert.Equal((2_500, null), (moved.Count, moved.Refusal));
        Assert.Equal([1_024, 1_024, 452], queue.Taken.Select(group => group.Length));
        Assert.Equal(Enumerable.Range(1, 2_500).Select(sequence => (long)sequence), queue.Taken.SelectMany(group => group));
        Assert.Equal(0, await store.CountAsync(null, default));
    }

    [Fact]
    public async Task What_the_queue_refuses_stays_and_what_it_took_is_gone()
    {
        await KeepAsync(2_000);
        queue.TakesGroups = 1;

        var moved = await Moves.RequeueAsync(null, default);

        Assert.Equal(1_024, moved.Count);
        Assert.Contains("shut down", Assert.IsType<QueueShutDownException>(moved.Refusal).Message);
        Assert.Equal(976, await store.CountAsync(null, default));
    }

    [Fact]
    public async Task A_drop_is_told_to_the_queue_before_the_letters_go()
    {
        await KeepAsync(5);
        var moved = await Moves.DropAsync(new DeadLetterFilter { LastSequence = 2 }, default);
        Assert.Equal((2, 2, 3), (moved.Count, queue.Forgotten, await store.CountAsync(null, default)));

        queue.TakesGroups = 0;
        moved = await Moves.DropAsync(null, default);
        Assert.IsType<QueueShutDownException>(moved.Refusal);
        Assert.Equal((0, 2, 3), (moved.Count, queue.Forgotten, await store.CountAsync(null, default)));
    }

    [Fact]
    public async Task A_queue_that_does_not_answer_has_taken_nothing()
    {
        await KeepAsync(3);
        queue.Breaks = true;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Moves.RequeueAsync(null, default));

        Assert.Equal(3, await store.CountAsync(null, default));
    }

    [Fact]
    public async Task An_item_that_cannot_be_measured_stays_and_is_named()
    {
        await KeepAsync(3);
        var moves = new DeadLetterMoves("orders", store, queue, letter => letter.Sequence == 2
            ? throw new InvalidDataException("no priority")
            : PlainChunk.Accepted(1, letter.Sequence));

        var moved = await moves.RequeueAsync(null, default);

        Assert.Contains(Letters.IdOf(2), moved.Refusal!.Message);
        Assert.Contains("no priority", moved.Refusal.Message);
        Assert.Equal(3, await store.CountAsync(null, default));
    }

    private async Task KeepAsync(int count) =>
        await store.KeepAsync([.. Enumerable.Range(1, count).Select(sequence => Letters.Of(sequence))], 0, default);

    private sealed class AskedQueue(MemoryStore store) : IDeadLetterQueue
    {
        public int TakesGroups { get; set; } = int.MaxValue;

        public bool Breaks { get; set; }

        public List<long[]> Taken { get; } = [];

        public long Forgotten { get; private set; }

        public Task<string?> RequeueAsync(IReadOnlyList<Chunk> items)
        {
            if (Breaks)
            {
                return Task.FromCanceled<string?>(new CancellationToken(canceled: true));
            }

            if (Taken.Count >= TakesGroups)
            {
                return Task.FromResult<string?>("the queue has been shut down");
            }

            Taken.Add([.. items.Select(chunk => chunk.FirstSequence)]);
            return Task.FromResult<string?>(null);
        }

        public Task<QueueCounts?> ForgetAsync(long count)
        {
            if (TakesGroups == 0)
            {
                return Task.FromResult<QueueCounts?>(null);
            }

            Forgotten += count;
            return Task.FromResult<QueueCounts?>(default(QueueCounts));
        }

        public Task LetGoAsync(IReadOnlyList<long> numbers, bool dropped) =>
            store.CommitAsync(new StoreBatch { DeadLettersRemoved = numbers }, default).AsTask();
    }
}
