using System.Collections.Concurrent;

namespace AkkaPipeline.Storing.Sqlite;

/// <summary>A thread that does one piece of work after the other, and something else when there has been none for a while.</summary>
internal sealed class StoreThread
{
    // Longer than a busy job waits between two checkpoints: they need not share the disk with what is done in idle hours.
    private static readonly TimeSpan IdleAfter = TimeSpan.FromSeconds(1);

    private readonly BlockingCollection<Action> work = [];
    private readonly Func<bool> whenIdle;

    /// <param name="name">Of the thread.</param>
    /// <param name="whenIdle">Does a little, and says whether there is more to do.</param>
    public StoreThread(string name, Func<bool> whenIdle)
    {
        this.whenIdle = whenIdle;
        new Thread(Run) { Name = name, IsBackground = true }.Start();
    }

    public async ValueTask<T> RunAsync<T>(Func<T> function, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        work.Add(
            () =>
            {
                try
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    done.SetResult(function());
                }
                catch (OperationCanceledException cancelled)
                {
                    done.TrySetCanceled(cancelled.CancellationToken);
                }
                catch (Exception failure)
                {
                    done.TrySetException(failure);
                }
            },
            CancellationToken.None);
        return await done.Task.ConfigureAwait(false);
    }

    /// <summary>Lets the thread end behind the work it has.</summary>
    public void End() => work.CompleteAdding();

    private void Run()
    {
        var idle = false;
        while (!work.IsCompleted)
        {
            if (work.TryTake(out var next, idle ? Timeout.InfiniteTimeSpan : IdleAfter))
            {
                next();
                idle = false;
            }
            else if (!work.IsAddingCompleted)
            {
                idle = !whenIdle();
            }
        }
    }
}
