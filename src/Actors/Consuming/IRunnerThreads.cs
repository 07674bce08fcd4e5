namespace AkkaPipeline.Consuming;

/// <summary>Where a runner runs.</summary>
internal interface IRunnerThreads
{
    /// <summary>Runs the work once; never called again before it has returned or awaits.</summary>
    void Start(Func<Task> run);

    /// <summary>Nothing more will be started.</summary>
    void Stop();
}

/// <summary>The thread pool: for consumers that await, and short ones.</summary>
internal sealed class SharedThreads : IRunnerThreads
{
    public static SharedThreads Instance { get; } = new();

    public void Start(Func<Task> run) => ThreadPool.UnsafeQueueUserWorkItem(static start => _ = start(), run, preferLocal: false);

    public void Stop()
    {
    }
}
