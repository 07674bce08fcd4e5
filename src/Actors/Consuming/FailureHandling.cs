namespace AkkaPipeline.Consuming;

/// <summary>
/// What becomes of an item whose attempt has failed: what the consumer itself has decided, else the user's own rule, else
/// the retry policy. User code runs here, so never on an actor's turn.
/// </summary>
/// <param name="judge">Knows the retry policy.</param>
/// <param name="rule">The user's own; null: none. What it throws is contained: the policy decides.</param>
/// <param name="time">For when attempts were made.</param>
internal sealed class FailureHandling<T>(
    FailureJudge judge, Func<Exception, Delivery<T>, FailureOutcome>? rule, TimeProvider time)
{
    private Exception? ruleFault;

    public TimeProvider Time => time;

    /// <summary>The first exception that user code which judges has thrown; null if none.</summary>
    public Exception? Fault => Volatile.Read(ref ruleFault) ?? judge.FilterFault;

    /// <param name="work">The grant.</param>
    /// <param name="index">The item.</param>
    /// <param name="thrown">What the attempt threw; null if it threw nothing and the consumer has decided.</param>
    /// <param name="decided">What the consumer has decided; null: nothing.</param>
    /// <param name="startedAt">When the attempt began, as a timestamp.</param>
    public ConsumerProtocol.Failed Judge(
        GrantedWork<T> work, int index, Exception? thrown, FailureOutcome? decided, long startedAt)
    {
        var cause = thrown ?? DecisionOf(decided!.Value);
        var attempt = work.AttemptAt(index);
        var duration = time.GetElapsedTime(startedAt);
        return new ConsumerProtocol.Failed(
            work.Id,
            index,
            judge.Judge(cause, attempt, decided ?? AskRule(work, index, cause)),
            new FailedAttempt(attempt, time.GetUtcNow() - duration, duration, AttemptError.Of(cause)),
            cause);
    }

    /// <summary>
    /// As <see cref="Judge"/>, when a rule or a filter of the user's has not returned: nobody is asked, and the policy decides.
    /// </summary>
    public ConsumerProtocol.Failed JudgeUnasked(GrantedWork<T> work, int index, Exception cause, long startedAt)
    {
        Interlocked.CompareExchange(
            ref ruleFault, new TimeoutException("A rule for failures, or the filter of the retry policy, did not return in time."), null);
        var attempt = work.AttemptAt(index);
        var duration = time.GetElapsedTime(startedAt);
        return new ConsumerProtocol.Failed(
            work.Id,
            index,
            judge.Judge(cause, attempt, FailureOutcome.ByPolicy, asksFilter: false),
            new FailedAttempt(attempt, time.GetUtcNow() - duration, duration, AttemptError.Of(cause)),
            cause);
    }

    /// <summary>The writes of an item's outputs have failed as often as they may.</summary>
    public ConsumerProtocol.Failed ForGood(GrantedWork<T> work, int index, Exception cause) => new(
        work.Id,
        index,
        new Verdict(VerdictKind.DeadLetter, TimeSpan.Zero, DeadLetterCause.AttemptsUsedUp, FailureReason.Of(cause)),
        new FailedAttempt(work.AttemptAt(index), time.GetUtcNow(), TimeSpan.Zero, AttemptError.Of(cause)),
        cause);

    private static ConsumerDecisionException DecisionOf(FailureOutcome decided) => new(decided.Kind switch
    {
        FailureOutcomeKind.Reject => decided.Reason ?? "the consumer has rejected the item",
        FailureOutcomeKind.RetryAfter => $"the consumer wants to try again after {decided.Delay}",
        _ => "the consumer has handed the item back",
    });

    private FailureOutcome AskRule(GrantedWork<T> work, int index, Exception cause)
    {
        if (rule is null)
        {
            return FailureOutcome.ByPolicy;
        }

        try
        {
            return rule(cause, work.DeliveryAt(index));
        }
        catch (Exception thrown)
        {
            Interlocked.CompareExchange(ref ruleFault, thrown, null);
            return FailureOutcome.ByPolicy;
        }
    }
}
