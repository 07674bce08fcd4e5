using System.Globalization;
using Akka.Actor;
using AkkaPipeline.Storing;

namespace AkkaPipeline.Coordinating;

/// <summary>A user's way to the dead letters: by the coordinator while it lives, afterwards straight to the store.</summary>
internal sealed class DeadLetterDesk<T>(
    string name, IActorRef coordinator, IQueueStore store, IStoredItems storedItems, Task<Settlement> ended)
    : IDeadLetters<T>
{
    public async Task<DeadLetterPage<T>> ListAsync(
        DeadLetterFilter? filter = null, int limit = 100, string? after = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var page = await ReadAsync(filter, NumberOf(after), limit, cancellationToken).ConfigureAwait(false);
        return new DeadLetterPage<T>
        {
            Items = [.. page.Items.Select(kept => (DeadLetteredItem<T>)kept.Letter)],
            Next = page.More ? page.Items[^1].Number.ToString(CultureInfo.InvariantCulture) : null,
            Total = page.Total,
        };
    }

    public async Task<DeadLetteredItem<T>?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        var page = await ReadAsync(Of(id), 0, 1, cancellationToken).ConfigureAwait(false);
        return page.Items is [var only, ..] ? (DeadLetteredItem<T>)only.Letter : null;
    }

    public async Task<long> CountAsync(DeadLetterFilter? filter = null, CancellationToken cancellationToken = default) =>
        (await ReadAsync(filter, 0, 0, cancellationToken).ConfigureAwait(false)).Total;

    public Task<long> RequeueAsync(string id, CancellationToken cancellationToken = default) =>
        RequeueAsync(Of(id), cancellationToken);

    public Task<long> RequeueAsync(DeadLetterFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return MoveAsync(answer => new CoordinatorProtocol.RequeueDeadLetters(filter, answer), cancellationToken);
    }

    public Task<long> RequeueAllAsync(CancellationToken cancellationToken = default) =>
        MoveAsync(answer => new CoordinatorProtocol.RequeueDeadLetters(null, answer), cancellationToken);

    public Task<long> DropAsync(string id, CancellationToken cancellationToken = default) =>
        DropAsync(Of(id), cancellationToken);

    public Task<long> DropAsync(DeadLetterFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return MoveAsync(answer => new CoordinatorProtocol.DropDeadLetters(filter, answer), cancellationToken);
    }

    public Task<long> DropAllAsync(CancellationToken cancellationToken = default) =>
        MoveAsync(answer => new CoordinatorProtocol.DropDeadLetters(null, answer), cancellationToken);

    /// <summary>What is answered when nobody is there any more who could do it.</summary>
    public static QueueShutDownException HasEnded(string name) =>
        new($"The pipeline {name} has ended: its dead letters can be listed, not requeued or dropped.");

    private async Task<StoredDeadLetters> ReadAsync(
        DeadLetterFilter? filter, long after, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var answer = Promise<StoredDeadLetters>();
        coordinator.Tell(new CoordinatorProtocol.ListDeadLetters(filter, after, limit, answer));
        await Task.WhenAny(answer.Task, ended).WaitAsync(cancellationToken).ConfigureAwait(false);

        // After the end nobody answers, and nobody writes to the store any more.
        return answer.Task.IsCompletedSuccessfully
            ? await answer.Task.ConfigureAwait(false)
            : (await StoredDeadLetters.ReadAsync(store, filter, after, limit, cancellationToken).ConfigureAwait(false)).AsItems(storedItems);
    }

    private async Task<long> MoveAsync(
        Func<TaskCompletionSource<long>, CoordinatorProtocol.IDeadLetterCommand> command, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var answer = Promise<long>();
        coordinator.Tell(command(answer));
        await Task.WhenAny(answer.Task, ended).WaitAsync(cancellationToken).ConfigureAwait(false);
        answer.TrySetException(HasEnded(name));
        return await answer.Task.ConfigureAwait(false);
    }

    private static DeadLetterFilter Of(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return new DeadLetterFilter { Ids = [id] };
    }

    private static long NumberOf(string? after) =>
        after is null ? 0
        : long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new ArgumentException($"\"{after}\" is not where a page of dead letters begins.", nameof(after));

    private static TaskCompletionSource<TAnswer> Promise<TAnswer>() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
