using System.Collections.Concurrent;

namespace AkkaPipeline.Consuming;

/// <summary>
/// A thread of its own, for a consumer that computes or blocks: the pool's threads, on which the actors run, stay free.
/// What follows an await in the consumer's code runs on it too; only while the thread is blocked, perhaps by just what
/// waits for it, the pool does that.
/// </summary>
internal sealed class DedicatedThread : SynchronizationContext, IRunnerThreads
{
    private static readonly TimeSpan LookAfter = TimeSpan.FromMilliseconds(2);

    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> work = [];
    private readonly Thread thread;
    private readonly ITimer look;
    private int busy;

    public DedicatedThread(string name)
    {
        look = TimeProvider.System.CreateTimer(
            static self => ((DedicatedThread)self!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        thread = new Thread(Run) { IsBackground = true, Name = name };
        thread.Start();
    }

    public void Start(Func<Task> run) => Post(
        static start =>
        {
            var (self, run) = ((DedicatedThread, Func<Task>))start!;
            self.RestoreContext();
            _ = run();
        },
        (this, run));

    public void Stop() => work.CompleteAdding();

    public void RestoreContext()
    {
        if (Current != this)
        {
            SetSynchronizationContext(this);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            work.Add((d, state));
            if (Volatile.Read(ref busy) == 1)
            {
                LookSoon();
            }
        }
        catch (InvalidOperationException)
        {
            // The thread has ended: what was cancelled finishes on the pool.
            ThreadPool.UnsafeQueueUserWorkItem(_ => d(state), null);
        }
    }

    private void Run()
    {
        foreach (var (callback, state) in work.GetConsumingEnumerable())
        {
            // A full fence: whatever is posted from now on finds the thread busy, and what was posted before is counted.
            Interlocked.Exchange(ref busy, 1);
            if (work.Count > 0)
            {
                LookSoon();
            }

            RestoreContext();
            callback(state);
            Volatile.Write(ref busy, 0);
        }
    }

    private void LookSoon() => look.Change(LookAfter, Timeout.InfiniteTimeSpan);

    /// <summary>Something waits for the thread: if that is blocked, it cannot wait.</summary>
    private void Look()
    {
        while (Volatile.Read(ref busy) == 1 && work.Count > 0)
        {
            if ((thread.ThreadState & ThreadState.WaitSleepJoin) == 0)
            {
                LookSoon();
                return;
            }

            if (work.TryTake(out var waiting))
            {
                ThreadPool.UnsafeQueueUserWorkItem(static taken => taken.Callback(taken.State), waiting, preferLocal: false);
            }
        }
    }
}
