using System.Diagnostics;
using AkkaPipeline.Crash.Checking;
using AkkaPipeline.Crash.Looping;
using AkkaPipeline.Crash.Working;

namespace AkkaPipeline.Crash.Faults;

/// <summary>A store in a folder of its own, workers on it, and what was wrong.</summary>
internal sealed class FaultCase
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Tally tally = new();

    public FaultCase(string folder)
    {
        Folder = folder;
        Directory.CreateDirectory(folder);
        Checker = new Checker(tally, inOrder: false, Wrong.Add);
    }

    public string Folder { get; }

    public string Store => Path.Combine(Folder, "disk", "store", "queue.db");

    public string Disk => Path.Combine(Folder, "disk");

    public Checker Checker { get; }

    public List<string> Wrong { get; } = [];

    /// <summary>What is worth telling.</summary>
    public string Seen { get; set; } = "";

    public WorkerOrder Order => new() { Store = Store, FirstCount = Checker.NextCount, Consumers = 4, Getters = 2, SlowMax = 5, Again = Checker.Again(2) };

    public void Expect(bool holds, string otherwise)
    {
        if (!holds)
        {
            Wrong.Add(otherwise);
        }
    }

    /// <summary>A worker that runs.</summary>
    public static async Task<WorkerProcess> StartAsync(WorkerOrder order, params string[] before)
    {
        var worker = WorkerProcess.Start(before);
        await worker.OrderAsync(order);
        await worker.Opened.WaitAsync(Patience, TimeProvider.System);
        return worker;
    }

    /// <returns>Whether there is, or comes to be, such a record behind a place in the log.</returns>
    public static async Task<bool> ComesAsync(WorkerProcess worker, int after, Func<LogRecord, bool> such)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience; await Task.Delay(10))
        {
            lock (worker.Records)
            {
                if (worker.Records.Skip(after).Any(such))
                {
                    return true;
                }
            }
        }

        return false;
    }

    public async Task KillAndCheckAsync(WorkerProcess worker)
    {
        await worker.KillAsync();
        Checker.TakeLog(worker.Records, worker.Position);
        Checker.TakeStore(StoreContents.Read(Store));
    }

    public async Task DrainAndCheckAsync()
    {
        using var worker = await StartAsync(Order with { Drains = true, Getters = 0, Again = [] });
        Expect(await worker.EndAsync().WaitAsync(Patience, TimeProvider.System) == 0, "the drain failed: " + worker.Errors);
        Checker.TakeLog(worker.Records, worker.Position);
        Checker.TakeStore(StoreContents.Read(Store));
        Checker.EndDrain();
    }
}
