using AkkaPipeline.Queueing;

namespace AkkaPipeline.Storing;

/// <summary>
/// Moves dead letters out of the store: back to the queue, or to nowhere. The queue is asked first, and the store lets go
/// of a letter only once the queue has taken it: whatever fails in between, no letter is lost.
/// </summary>
/// <param name="name">The queue's name.</param>
/// <param name="store">Nobody else changes it meanwhile.</param>
/// <param name="queue">The queue.</param>
/// <param name="toChunk">Makes of a letter a chunk of one item, which knows its sequence number and its attempts.</param>
internal sealed class DeadLetterMoves(
    string name, IQueueStore store, IDeadLetterQueue queue, Func<IDeadLetter, Chunk> toChunk)
{
    private const int GroupMax = 1_024;

    public Task<DeadLettersMoved> RequeueAsync(DeadLetterFilter? filter, CancellationToken cancellationToken) =>
        MoveAsync(filter, RequeueAsync, cancellationToken);

    public Task<DeadLettersMoved> DropAsync(DeadLetterFilter? filter, CancellationToken cancellationToken) =>
        MoveAsync(filter, DropAsync, cancellationToken);

    private async Task<DeadLettersMoved> MoveAsync(
        DeadLetterFilter? filter, Func<IReadOnlyList<StoredDeadLetter>, Task<Answer>> askQueue, CancellationToken cancellationToken)
    {
        var moved = new DeadLettersMoved(0, null, null);
        var after = 0L;

        // Those that fail again meanwhile get higher numbers, and stay.
        var left = await store.CountDeadLettersAsync(filter, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var most = (int)Math.Min(GroupMax, left - moved.Count);
            var group = most <= 0 ? [] : await store.ReadDeadLettersAsync(filter, after, most, cancellationToken).ConfigureAwait(false);
            if (group.Count == 0)
            {
                return moved;
            }

            var (counts, refusal) = await askQueue(group).ConfigureAwait(false);
            if (refusal is not null)
            {
                return moved with { Refusal = refusal };
            }

            await queue.LetGoAsync([.. group.Select(letter => letter.Number)], dropped: counts is not null).ConfigureAwait(false);
            moved = new DeadLettersMoved(moved.Count + group.Count, counts, null);
            after = group[^1].Number;
        }
    }

    private async Task<Answer> RequeueAsync(IReadOnlyList<StoredDeadLetter> group)
    {
        var chunks = new Chunk[group.Count];
        for (var index = 0; index < chunks.Length; index++)
        {
            try
            {
                chunks[index] = toChunk(group[index].Letter);
            }
            catch (Exception thrown)
            {
                return new Answer(null, new InvalidOperationException(
                    $"The dead letter {group[index].Letter.Id} cannot be requeued: reading its priority or size threw: {FailureReason.Of(thrown)}",
                    thrown));
            }
        }

        var refusal = await queue.RequeueAsync(chunks).ConfigureAwait(false);
        return new Answer(null, refusal is null ? null : new QueueShutDownException(
            $"Dead letters of {name} cannot be requeued any more: {refusal}. They stay dead letters."));
    }

    private async Task<Answer> DropAsync(IReadOnlyList<StoredDeadLetter> group)
    {
        var counts = await queue.ForgetAsync(group.Count).ConfigureAwait(false);
        return new Answer(counts, counts is not null ? null : new QueueShutDownException(
            $"Dead letters of {name} cannot be dropped any more: the pipeline has ended."));
    }

    private readonly record struct Answer(QueueCounts? Counts, Exception? Refusal);
}

/// <summary>What became of a move.</summary>
/// <param name="Count">How many letters have left the store.</param>
/// <param name="Counts">The queue's ledger after a drop.</param>
/// <param name="Refusal">Why the rest stayed; null if all went.</param>
internal sealed record DeadLettersMoved(long Count, QueueCounts? Counts, Exception? Refusal);

/// <summary>The queue as the store asks it, and the commit that follows.</summary>
internal interface IDeadLetterQueue
{
    /// <summary>Asks it to take dead letters back.</summary>
    /// <returns>Why it does not; null if it has taken all.</returns>
    Task<string?> RequeueAsync(IReadOnlyList<Chunk> items);

    /// <summary>Asks it to count dead letters as dropped.</summary>
    /// <returns>Its ledger afterwards; null if there is no queue any more.</returns>
    Task<QueueCounts?> ForgetAsync(long count);

    /// <summary>The store lets go of dead letters, in one commit with what the queue has told because of it.</summary>
    /// <param name="numbers">The store's.</param>
    /// <param name="dropped">Whether they are dropped; else the queue has taken them.</param>
    Task LetGoAsync(IReadOnlyList<long> numbers, bool dropped);
}
