namespace AkkaPipeline.Crash.Looping;

/// <summary>How a worker is ended, and where its store is.</summary>
internal interface ICrash : IAsyncDisposable
{
    /// <summary>For stores; kept from one cycle to the next.</summary>
    string Folder { get; }

    /// <summary>Ends the worker; when it returns, the folder holds what a machine would find at its next start.</summary>
    /// <returns>How many of its records had been received when nothing more could become durable.</returns>
    Task<int> CrashAsync(WorkerProcess worker);
}

/// <summary>SIGKILL: what the process has written stays, synced or not.</summary>
internal sealed class Kill(string folder) : ICrash
{
    public string Folder => folder;

    public async Task<int> CrashAsync(WorkerProcess worker)
    {
        await worker.KillAsync();
        return worker.Position;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
