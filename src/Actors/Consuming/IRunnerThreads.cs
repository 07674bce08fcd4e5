namespace AkkaPipeline.Consuming;

/// <summary>Where a runner runs.</summary>
internal interface IRunnerThreads
{
    /// <summary>Runs the work once; never called again before it has returned or awaits.</summary>
    void Start(Func<Task> run);

    /// <summary>Nothing more will be started.</summary>
    void Stop();

    /// <summary>Undoes what the user's code has done to the thread's synchronization context: what is awaited next resumes by it.</summary>
    void RestoreContext();
}

/// <summary>The thread pool: for consumers that await, and short ones.</summary>
internal sealed class SharedThreads : IRunnerThreads
{
    public static SharedThreads Instance { get; } = new();

    public void Start(Func<Task> run) => ThreadPool.UnsafeQueueUserWorkItem(static start => _ = start(), run, preferLocal: false);

    public void Stop()
    {
    }

    public void RestoreContext()
    {
        if (SynchronizationContext.Current is not null)
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }
}
