using Akka.Actor;
using Akka.Event;

namespace AkkaPipeline.Timing;

/// <summary>
/// An actor's timers, by the pipeline's clock. When one is due the actor gets an envelope, which <see cref="TryTake"/>
/// opens; that of a timer cancelled or started anew meanwhile stays closed. For the actor's turns only.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="self">The actor.</param>
internal sealed class ActorTimers(TimeProvider time, IActorRef self) : IDisposable
{
    private readonly Dictionary<object, RunningTimer> running = [];

    /// <summary>Starts a timer that is due once, in the place of any other with its key.</summary>
    /// <param name="key">The timer's.</param>
    /// <param name="message">What the actor gets.</param>
    /// <param name="delay">After which it is due.</param>
    /// <param name="clock">Another clock than the pipeline's: the machine's, for what is about the machine and not about
    /// items (how long code that was told to end may take), and what a clock that a test sets must neither cut short nor
    /// keep from ending.</param>
    public void StartSingle(object key, object message, TimeSpan delay, TimeProvider? clock = null) =>
        Start(new RunningTimer(key, message, delay, isPeriodic: false, clock ?? time, self));

    /// <summary>
    /// Starts a timer that is due again and again, in the place of any other with its key. It sends no second envelope
    /// while the first waits in the mailbox.
    /// </summary>
    public void StartPeriodic(object key, object message, TimeSpan interval, TimeProvider? clock = null) =>
        Start(new RunningTimer(key, message, interval, isPeriodic: true, clock ?? time, self));

    /// <summary>Whether a timer runs, or its last envelope has not been opened yet.</summary>
    public bool IsActive(object key) => running.ContainsKey(key);

    public void Cancel(object key)
    {
        if (running.Remove(key, out var timer))
        {
            timer.Dispose();
        }
    }

    public void CancelAll()
    {
        foreach (var timer in running.Values)
        {
            timer.Dispose();
        }

        running.Clear();
    }

    /// <summary>Opens the envelope of a timer; any other message is itself.</summary>
    /// <param name="received">What the actor got.</param>
    /// <param name="message">What to act on.</param>
    /// <returns>False if the timer was cancelled or started anew: nothing is to be done.</returns>
    public bool TryTake(object received, out object message)
    {
        message = received;
        if (received is not TimerFired { Timer: var timer })
        {
            return true;
        }

        message = timer.Message;
        if (running.GetValueOrDefault(timer.Key) != timer)
        {
            return false;
        }

        if (!timer.TakeAndGoOn())
        {
            Cancel(timer.Key);
        }

        return true;
    }

    public void Dispose() => CancelAll();

    private void Start(RunningTimer timer)
    {
        Cancel(timer.Key);
        running.Add(timer.Key, timer);
        timer.Start();
    }

    /// <summary>The envelope. One that comes when its actor has stopped is nothing to log.</summary>
    private sealed record TimerFired(RunningTimer Timer) : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    private sealed class RunningTimer(
        object key, object message, TimeSpan delay, bool isPeriodic, TimeProvider time, IActorRef self) : IDisposable
    {
        /// <summary>No timer of .NET runs longer than some 49 days, and some only half of that.</summary>
        private static readonly TimeSpan LongestStretch = TimeSpan.FromDays(20);

        private readonly long startedAt = time.GetTimestamp();
        private ITimer? timer;
        private int waitsInMailbox;

        public object Key => key;

        public object Message => message;

        public void Start()
        {
            timer = time.CreateTimer(
                static fired => ((RunningTimer)fired!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            timer.Change(Stretch(delay), isPeriodic ? delay : Timeout.InfiniteTimeSpan);
        }

        /// <returns>Whether it fires again.</returns>
        public bool TakeAndGoOn()
        {
            Volatile.Write(ref waitsInMailbox, 0);
            return isPeriodic;
        }

        public void Dispose() => timer?.Dispose();

        private static TimeSpan Stretch(TimeSpan left) => left < LongestStretch ? left : LongestStretch;

        private void Fire()
        {
            if (delay > LongestStretch && delay - time.GetElapsedTime(startedAt) is var left && left > TimeSpan.Zero)
            {
                timer!.Change(Stretch(left), Timeout.InfiniteTimeSpan);
            }
            else if (Interlocked.Exchange(ref waitsInMailbox, 1) == 0)
            {
                self.Tell(new TimerFired(this));
            }
        }
    }
}
