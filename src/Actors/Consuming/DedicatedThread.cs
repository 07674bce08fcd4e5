using System.Collections.Concurrent;

namespace AkkaPipeline.Consuming;

/// <summary>
/// A thread of its own, for a consumer that computes or blocks: the pool's threads, on which the actors run, stay free.
/// What follows an await in the consumer's code runs on it too.
/// </summary>
internal sealed class DedicatedThread : SynchronizationContext, IRunnerThreads
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> work = [];

    public DedicatedThread(string name)
    {
        var thread = new Thread(Run) { IsBackground = true, Name = name };
        thread.Start();
    }

    public void Start(Func<Task> run) => Post(static start => _ = ((Func<Task>)start!)(), run);

    public void Stop() => work.CompleteAdding();

    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            work.Add((d, state));
        }
        catch (InvalidOperationException)
        {
            // The thread has ended: what was cancelled finishes on the pool.
            ThreadPool.UnsafeQueueUserWorkItem(_ => d(state), null);
        }
    }

    private void Run()
    {
        SetSynchronizationContext(this);
        foreach (var (callback, state) in work.GetConsumingEnumerable())
        {
            callback(state);
        }
    }
}
