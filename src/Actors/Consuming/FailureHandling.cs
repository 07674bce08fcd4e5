namespace AkkaPipeline.Consuming;

/// <summary>
/// What becomes of an item whose attempt has failed: what the consumer itself has decided, else the user's own rule, else
/// the retry policy. User code runs here, so never on an actor's turn.
/// </summary>
/// <param name="judge">Knows the retry policy.</param>
/// <param name="rule">The user's own; null: none. What it throws is contained: the policy decides.</param>
/// <param name="time">For when attempts were made.</param>
/// <param name="faulted">Hears the first exception that the rule throws, or that it does not return in time.</param>
internal sealed class FailureHandling<T>(
    FailureJudge judge, Func<Exception, Delivery<T>, FailureOutcome>? rule, TimeProvider time, Action<Exception>? faulted = null)
{
    private int faults;

    public TimeProvider Time => time;

    /// <summary>
    /// Hears each attempt that has failed: the item's number, and whether it has failed for good; and without an attempt each item
    /// that is a dead letter since its key is parked. Null: nobody does.
    /// </summary>
    public Action<long, FailedAttempt?, bool>? Heard { get; init; }

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
        return Told(work, new ConsumerProtocol.Failed(
            work.Id,
            index,
            judge.Judge(cause, attempt, decided ?? AskRule(work, index, cause)),
            new FailedAttempt(attempt, time.GetUtcNow() - duration, duration, AttemptError.Of(cause)),
            cause));
    }

    /// <summary>
    /// As <see cref="Judge"/>, when a rule or a filter of the user's has not returned: nobody is asked, and the policy decides.
    /// </summary>
    /// <param name="work">The grant.</param>
    /// <param name="index">The item.</param>
    /// <param name="cause">What the attempt threw.</param>
    /// <param name="startedAt">When the attempt began, as a timestamp.</param>
    /// <param name="repeated">Whether it was to be judged by <see cref="JudgeRepeated"/>.</param>
    public ConsumerProtocol.Failed JudgeUnasked(
        GrantedWork<T> work, int index, Exception cause, long startedAt, bool repeated = false)
    {
        Fault(new TimeoutException("A rule for failures, or the filter of the retry policy, did not return in time."));
        var attempt = work.AttemptAt(index);
        var duration = time.GetElapsedTime(startedAt);
        return Told(work, new ConsumerProtocol.Failed(
            work.Id,
            index,
            judge.Judge(cause, repeated ? int.MaxValue : attempt, FailureOutcome.ByPolicy, asksFilter: false),
            new FailedAttempt(attempt, time.GetUtcNow() - duration, duration, AttemptError.Of(cause)),
            cause));
    }

    /// <summary>
    /// A write of an item's outputs has failed, which had been repeated as often as the policy lets it: the user's rule may
    /// still reject the item or hand it back. What the policy does not repeat is judged as any failure.
    /// </summary>
    public ConsumerProtocol.Failed JudgeRepeated(GrantedWork<T> work, int index, Exception cause) => Told(work, new(
        work.Id,
        index,
        judge.Judge(cause, judge.Retries(cause) ? int.MaxValue : work.AttemptAt(index), AskRule(work, index, cause)),
        new FailedAttempt(work.AttemptAt(index), time.GetUtcNow(), TimeSpan.Zero, AttemptError.Of(cause)),
        cause));

    private ConsumerProtocol.Failed Told(GrantedWork<T> work, ConsumerProtocol.Failed failed)
    {
        if (failed.Verdict.Kind != VerdictKind.Release)
        {
            Heard?.Invoke(work.SequenceAt(failed.Index), failed.Attempt, failed.Verdict.Kind != VerdictKind.Retry);
        }

        return failed;
    }

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
            Fault(thrown);
            return FailureOutcome.ByPolicy;
        }
    }

    private void Fault(Exception fault)
    {
        if (Interlocked.Exchange(ref faults, 1) == 0)
        {
            faulted?.Invoke(fault);
        }
    }
}
