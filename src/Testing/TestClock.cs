using Microsoft.Extensions.Time.Testing;

namespace AkkaPipeline.Testing;

/// <summary>
/// A clock that stands still until it is advanced, as a <see cref="FakeTimeProvider"/> does, and that knows when its next
/// timer is due.
/// </summary>
public sealed class TestClock : FakeTimeProvider
{
    private readonly Lock gate = new();
    private readonly Dictionary<NotedTimer, DateTimeOffset> due = [];

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new NotedTimer(this);
        Note(timer, dueTime, period);
        timer.Inner = base.CreateTimer(
            given =>
            {
                Fired(timer);
                callback(given);
            },
            state,
            dueTime,
            period);
        return timer;
    }

    /// <summary>Advances to when the next timer is due, which fires.</summary>
    /// <returns>False if there is none: then nothing has changed.</returns>
    public bool AdvanceToNextTimer()
    {
        TimeSpan wait;
        lock (gate)
        {
            if (due.Count == 0)
            {
                return false;
            }

            wait = due.Values.Min() - GetUtcNow();
        }

        Advance(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
        return true;
    }

    private void Note(NotedTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (gate)
        {
            timer.Period = period;
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                due.Remove(timer);
            }
            else
            {
                due[timer] = GetUtcNow() + dueTime;
            }
        }
    }

    private void Fired(NotedTimer timer)
    {
        lock (gate)
        {
            if (timer.Period <= TimeSpan.Zero)
            {
                due.Remove(timer);
            }
            else if (due.TryGetValue(timer, out var last))
            {
                due[timer] = last + timer.Period;
            }
        }
    }

    private void Forget(NotedTimer timer)
    {
        lock (gate)
        {
            due.Remove(timer);
        }
    }

    private sealed class NotedTimer(TestClock clock) : ITimer
    {
        public ITimer? Inner { get; set; }

        /// <summary>Zero or less: it is due once.</summary>
        public TimeSpan Period { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Note(this, dueTime, period);
            return Inner!.Change(dueTime, period);
        }

        public void Dispose()
        {
            clock.Forget(this);
            Inner!.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            clock.Forget(this);
            return Inner!.DisposeAsync();
        }
    }
}
