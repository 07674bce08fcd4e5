using Akka.Actor;

namespace AkkaPipeline.Consuming;

/// <summary>
/// Judges items that have failed elsewhere than in the runner: on the pool, since the user's rules may be asked. Where items
/// have a timeout, a rule that does not return in that time and its grace is not waited for.
/// </summary>
/// <param name="failures">Judges.</param>
/// <param name="timeout">Of items; null: rules may take as long as they want.</param>
/// <param name="work">The items' grant.</param>
/// <param name="cause">What they have failed of.</param>
/// <param name="startedAt">When the attempt began, as a timestamp.</param>
/// <param name="consumer">Hears the verdicts.</param>
/// <param name="repeated">Whether it was a write that the sink has repeated as often as it may.</param>
internal sealed class OutsideJudgement<T>(
    FailureHandling<T> failures,
    TimeoutSettings? timeout,
    GrantedWork<T> work,
    Exception cause,
    long startedAt,
    IActorRef consumer,
    bool repeated)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(20);

    private readonly Lock gate = new();
    private ITimer? impatience;
    private int next;
    private int end;

    public void Begin(int from, int count)
    {
        (next, end) = (from, from + count);
        if (timeout is not null)
        {
            impatience = failures.Time.CreateTimer(
                static self => ((OutsideJudgement<T>)self!).GiveUp(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            WaitAgain();
        }

        ThreadPool.UnsafeQueueUserWorkItem(static self => ((OutsideJudgement<T>)self!).Run(), this);
    }

    private void Run()
    {
        for (var index = next; index < end; index++)
        {
            var judged = repeated ? failures.JudgeRepeated(work, index, cause) : failures.Judge(work, index, cause, null, startedAt);
            lock (gate)
            {
                if (next != index)
                {
                    return;
                }

                next = index + 1;
                consumer.Tell(judged);
                WaitAgain();
            }
        }

        impatience?.Dispose();
    }

    /// <summary>A rule does not return: the rest is judged without it.</summary>
    private void GiveUp()
    {
        lock (gate)
        {
            for (; next < end; next++)
            {
                consumer.Tell(failures.JudgeUnasked(work, next, cause, startedAt, repeated));
            }
        }

        impatience?.Dispose();
    }

    private void WaitAgain()
    {
        if (timeout is not null)
        {
            var wait = timeout.ForRules < LongestWait ? timeout.ForRules : LongestWait;
            impatience?.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }
}
