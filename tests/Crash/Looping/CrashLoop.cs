using System.Diagnostics;
using AkkaPipeline.Crash.Checking;
using AkkaPipeline.Crash.Working;

namespace AkkaPipeline.Crash.Looping;

/// <summary>
/// Ends workers at random moments, each on what the one before has left, and checks after each. After some cycles the store
/// is drained to empty, and a new one begun, with other settings.
/// </summary>
internal sealed class CrashLoop(ICrash crash, int seed, Tally tally, Action<string> tell, string? flaw = null) : IDisposable
{
    private const int CyclesOfStore = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Random random = new(seed);
    private WorkerProcess spare = WorkerProcess.Start();

    public static async Task<Score> KillAsync(CrashOptions options, string folder)
    {
        await using var kill = new Kill(folder);
        return await RunAsync("killed", kill, options);
    }

    public static async Task<Score> CutPowerAsync(CrashOptions options, string folder)
    {
        var (disk, why) = await PowerCut.TryMakeAsync(folder);
        if (disk is null)
        {
            Console.WriteLine($"power: skipped: {why}");
            return new Score(0, 0);
        }

        await using (disk)
        {
            return await RunAsync("power cut", disk, options);
        }
    }

    /// <param name="cycles">How many.</param>
    /// <param name="seconds">None begins after that; 0: no bound.</param>
    public async Task RunAsync(int cycles, int seconds)
    {
        var started = Stopwatch.StartNew();
        for (var store = 0; tally.Cycles < cycles && !IsOver(); store++)
        {
            await RunStoreAsync(store, () => tally.Cycles < cycles && !IsOver());
        }

        bool IsOver() => seconds > 0 && started.Elapsed.TotalSeconds > seconds;
    }

    public void Dispose() => spare.Dispose();

    private static async Task<Score> RunAsync(string how, ICrash crash, CrashOptions options)
    {
        var tally = new Tally();
        var started = Stopwatch.StartNew();
        using (var loop = new CrashLoop(crash, options.Seed, tally, Console.WriteLine))
        {
            await loop.RunAsync(options.Cycles ?? 20, options.Seconds);
        }

        Console.WriteLine($"{how}, seed {options.Seed}: {tally.Cycles / started.Elapsed.TotalSeconds:F1} cycles a second");
        tally.Print(Console.Out);
        return new Score(tally.Cycles + tally.Drains - tally.BadCycles - tally.BadDrains, tally.BadCycles + tally.BadDrains);
    }

    private async Task RunStoreAsync(int number, Func<bool> goesOn)
    {
        var order = NewOrder(number);
        var checker = new Checker(tally, order.InOrder, tell);
        for (var cycle = 0; cycle < CyclesOfStore && goesOn(); cycle++)
        {
            var (worker, received) = await RunWorkerAsync(order with
            {
                Seed = random.Next(),
                FirstCount = checker.NextCount,
                Again = checker.Again(confirmed: 3),
                Consumers = random.Next(1, 9),
            });
            using (worker)
            {
                Check(checker, order.Store, worker, received);
            }

            checker.EndCycle();
        }

        await DrainAsync(order, checker);
        Directory.Delete(Path.GetDirectoryName(order.Store)!, recursive: true);
    }

    private WorkerOrder NewOrder(int number) => new()
    {
        Store = Path.Combine(crash.Folder, $"store-{number}", "queue.db"),
        InOrder = number % 2 == 0,
        Getters = number % 3 == 0 ? 0 : 2,
        WindowItems = number % 4 >= 2 ? 64 : 65_536,
        SlowMax = random.Next(1, 30),
        Flaw = flaw,
    };

    /// <summary>Most crash while they work, some while the store is being opened.</summary>
    private async Task<(WorkerProcess Worker, int Received)> RunWorkerAsync(WorkerOrder order)
    {
        var worker = spare;
        await worker.OrderAsync(order);
        spare = WorkerProcess.Start();
        if (random.Next(8) == 0)
        {
            tally.KilledAtStart++;
            await Task.Delay(random.Next(250));
        }
        else
        {
            await worker.Opened.WaitAsync(Patience, TimeProvider.System);
            await Task.Delay(random.Next(random.Next(2, 700)));
        }

        return (worker, await crash.CrashAsync(worker));
    }

    private static void Check(Checker checker, string store, WorkerProcess worker, int received)
    {
        checker.TakeLog(worker.Records, received);
        if (worker.Records.Take(received).Any(record => record.What is Happening.Failed or Happening.PutFailed))
        {
            checker.Wrong("failed before the crash", worker.Errors);
        }

        try
        {
            checker.TakeStore(StoreContents.Read(store));
        }
        catch (StoreException failure)
        {
            checker.Wrong("the store cannot be read", failure.Message);
        }
    }

    private async Task DrainAsync(WorkerOrder order, Checker checker)
    {
        using var worker = spare;
        spare = WorkerProcess.Start();
        await worker.OrderAsync(order with { Drains = true, Seed = random.Next(), SlowMax = 1 });
        try
        {
            if (await worker.EndAsync().WaitAsync(Patience, TimeProvider.System) != 0)
            {
                checker.Wrong("the drain failed", worker.Errors);
            }
        }
        catch (TimeoutException)
        {
            checker.Wrong("the drain does not end", worker.Errors);
            await worker.KillAsync();
        }

        checker.TakeLog(worker.Records, worker.Position);
        checker.TakeStore(StoreContents.Read(order.Store));
        checker.EndDrain();
    }
}
