using Akka.Actor;

namespace AkkaPipeline;

/// <content>Control of a running pipeline.</content>
public sealed partial class RunningPipeline<T>
{
    /// <summary>The actor that takes the messages of <see cref="PipelineProtocol"/>.</summary>
    public IActorRef Coordinator => coordinator;

    /// <summary>
    /// Grants nothing more until <see cref="ResumeAsync"/>, or for a while; what runs goes on, what consumers have not
    /// started they hand back, and puts are taken while there is room. A completion or drain that finds nothing in flight behind a pause without an end is stalled.
    /// </summary>
    /// <param name="reason">Why, in one line, of which 1,024 characters are kept; <see cref="StatusAsync"/> and explanations show it.</param>
    /// <param name="duration">More than zero. Null, the default: until resumed.</param>
    /// <param name="cancellationToken">Cancels the wait for the answer.</param>
    public Task PauseAsync(string reason, TimeSpan? duration = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration ?? TimeSpan.MaxValue, TimeSpan.Zero, nameof(duration));
        return AskAsync<PipelineProtocol.Taken>(new PipelineProtocol.Pause(reason, duration), cancellationToken);
    }

    /// <summary>
    /// Goes on, whatever has paused the pipeline: somebody, a limit elsewhere, or too many consumers that do not return; not
    /// a sink's breaker, which probes by itself, nor a full store of dead letters.
    /// </summary>
    public Task ResumeAsync(CancellationToken cancellationToken = default) =>
        AskAsync<PipelineProtocol.Taken>(new PipelineProtocol.Resume(), cancellationToken);

    /// <summary>
    /// Changes the rate; null: no limit. What was started under the old one counts; for a lower one, consumers hand back what
    /// they have not started.
    /// </summary>
    public Task ChangeRateAsync(Rate? rate, CancellationToken cancellationToken = default) =>
        AskAsync<PipelineProtocol.Taken>(new PipelineProtocol.ChangeRate(rate), cancellationToken);

    /// <summary>Changes the rate of each key; null: no limit.</summary>
    /// <exception cref="InvalidOperationException">The pipeline has no order by key.</exception>
    public Task ChangeRatePerKeyAsync(Rate? rate, CancellationToken cancellationToken = default) =>
        AskAsync<PipelineProtocol.Taken>(new PipelineProtocol.ChangeRatePerKey(rate), cancellationToken);

    /// <summary>Replaces the rules for halting; none: it never halts.</summary>
    public Task HaltWhenAsync(IReadOnlyList<HaltRule> rules, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return AskAsync<PipelineProtocol.Taken>(new PipelineProtocol.HaltWhen([.. rules]), cancellationToken);
    }

    /// <summary>
    /// Lets a halted or parked key go on. Where its failed item is to run first: of a halted key requeue that dead letter
    /// before, it comes back in its old place; with a parked key pause, resume the key, requeue its dead letters, and resume
    /// the pipeline, since what is requeued to a parked key becomes a dead letter again.
    /// </summary>
    /// <returns>False if the key was neither.</returns>
    public Task<bool> ResumeKeyAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return AskAsync<bool>(new PipelineProtocol.ResumeKey(key), cancellationToken);
    }

    /// <summary>Cancels an item: one that waits is dropped, one that runs has its cancellation token cancelled.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="cancellationToken">Cancels the wait for the answer.</param>
    public Task<ItemCancellation> CancelItemAsync(long sequence, CancellationToken cancellationToken = default) =>
        AskAsync<ItemCancellation>(new PipelineProtocol.CancelItem(sequence), cancellationToken);

    /// <summary>Why an item is where it is.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="cancellationToken">Cancels the wait for the answer.</param>
    public Task<ItemExplanation> ExplainAsync(long sequence, CancellationToken cancellationToken = default) =>
        AskAsync<ItemExplanation>(new PipelineProtocol.Explain(sequence), cancellationToken);

    /// <summary>Predicts a drain from what has been measured: what would finish, what would be handed back. Changes nothing.</summary>
    /// <param name="deadline">From now; <see cref="Timeout.InfiniteTimeSpan"/>: none.</param>
    /// <param name="cancellationToken">Cancels the wait for the answer.</param>
    public Task<DrainPlan> PlanDrainAsync(TimeSpan deadline, CancellationToken cancellationToken = default)
    {
        CheckDeadline(deadline);
        return AskAsync<DrainPlan>(new PipelineProtocol.PlanDrain(deadline), cancellationToken);
    }

    /// <summary>The pipeline at this moment.</summary>
    public Task<PipelineStatus> StatusAsync(CancellationToken cancellationToken = default) =>
        AskAsync<PipelineStatus>(new PipelineProtocol.GetStatus(), cancellationToken);

    private static void CheckDeadline(TimeSpan deadline)
    {
        if (deadline < TimeSpan.Zero && deadline != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(deadline), deadline, "A deadline lies ahead, or is infinite.");
        }
    }

    /// <summary>Asks the coordinator; one that has ended answers nothing, and is not waited for.</summary>
    private async Task<TAnswer> AskAsync<TAnswer>(PipelineProtocol.ICommand command, CancellationToken cancellationToken)
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = coordinator.Ask<TAnswer>(command, Timeout.InfiniteTimeSpan, given.Token);
        if (await Task.WhenAny(asked, Completion).ConfigureAwait(false) != asked && !asked.IsCompleted)
        {
            await given.CancelAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            throw new InvalidOperationException($"The pipeline {Name} has ended.");
        }

        return await asked.ConfigureAwait(false);
    }
}
