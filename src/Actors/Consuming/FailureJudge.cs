namespace AkkaPipeline.Consuming;

/// <summary>
/// Says what becomes of an item whose attempt has failed: by what the consumer or its hook has decided, else by the retry
/// policy; without a policy an item has one attempt. Many runners share a judge.
/// </summary>
/// <param name="policy">Null: one attempt.</param>
/// <param name="random">For jitter.</param>
/// <param name="faulted">Hears the first exception that the policy's own <see cref="RetryPolicy.Retries"/> throws.</param>
internal sealed class FailureJudge(RetryPolicy? policy, Random random, Action<Exception>? faulted = null)
{
    private readonly Lock oneAtATime = new();
    private int faults;

    /// <param name="cause">What the attempt threw.</param>
    /// <param name="attempt">The number of the attempt that failed, from 1.</param>
    /// <param name="decided">What was asked for.</param>
    /// <param name="asksFilter">Whether <see cref="RetryPolicy.Retries"/> is asked, which is the user's code; otherwise what it
    /// is by default.</param>
    public Verdict Judge(Exception cause, int attempt, FailureOutcome decided, bool asksFilter = true) => decided.Kind switch
    {
        FailureOutcomeKind.Release => new Verdict(VerdictKind.Release, default, default, FailureReason.Of(cause)),
        FailureOutcomeKind.Reject => DeadLetter(DeadLetterCause.Rejected, FailureReason.Of(decided.Reason, cause)),
        FailureOutcomeKind.RetryAfter => Again(cause, attempt, decided.Delay),
        FailureOutcomeKind.Retry => Again(cause, attempt, null),
        _ when policy is null => DeadLetter(UsedUp(cause), FailureReason.Of(cause)),
        _ when !(asksFilter ? Retries(cause) : RetryPolicy.RetriesByDefault(cause)) =>
            DeadLetter(cause is ProcessKilledException ? DeadLetterCause.KilledProcess : DeadLetterCause.NotRetried, FailureReason.Of(cause)),
        _ => Again(cause, attempt, null),
    };

    private static Verdict DeadLetter(DeadLetterCause cause, string reason) => new(VerdictKind.DeadLetter, default, cause, reason);

    private static DeadLetterCause UsedUp(Exception cause) =>
        cause is ProcessKilledException ? DeadLetterCause.KilledProcess : DeadLetterCause.AttemptsUsedUp;

    private Verdict Again(Exception cause, int attempt, TimeSpan? delay) => policy is not null && attempt >= policy.MaxAttempts
        ? DeadLetter(UsedUp(cause), FailureReason.Of(cause))
        : new Verdict(VerdictKind.Retry, delay ?? Backoff(attempt), default, FailureReason.Of(cause));

    private TimeSpan Backoff(int attempt)
    {
        if (policy is null)
        {
            return TimeSpan.Zero;
        }

        if (random == Random.Shared)
        {
            return policy.Backoff.After(attempt, random);
        }

        // Only the shared one is safe with many threads; a seeded one is for tests and simulations.
        lock (oneAtATime)
        {
            return policy.Backoff.After(attempt, random);
        }
    }

    /// <summary>Whether the policy tries again after an exception. User code: never on an actor's turn.</summary>
    public bool Retries(Exception cause)
    {
        try
        {
            return policy?.Retries(cause) == true;
        }
        catch (Exception thrown)
        {
            if (Interlocked.Exchange(ref faults, 1) == 0)
            {
                faulted?.Invoke(thrown);
            }

            return RetryPolicy.RetriesByDefault(cause);
        }
    }
}
