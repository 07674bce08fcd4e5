using System.ComponentModel;

namespace AkkaPipeline.Crash.Faults;

/// <summary>One fault at a time, and what the store must do then.</summary>
internal static class FaultsCommand
{
    public static async Task<Score> RunAsync(CrashOptions options, string folder)
    {
        var random = new Random(options.Seed);
        var cases = new List<(string Name, Func<FaultCase, Task> Run)>
        {
            ("the disk is full for a while", one => DiskFaults.FullAsync(one)),
            ("the disk is read-only at the start", one => DiskFaults.ReadOnlyAsync(one)),
        };
        for (var round = 0; round < (options.Cycles ?? 3); round++)
        {
            var sync = random.Next(5, 60);
            cases.Add(($"sync {sync} fails", one => SyncFault.RunAsync(one, sync, forEver: false)));
            cases.Add(($"sync {sync} and all later ones fail", one => SyncFault.RunAsync(one, sync, forEver: true)));
            foreach (var where in DamageFault.Places)
            {
                var seed = random.Next();
                cases.Add(($"damaged: {where}, seed {seed}", one => DamageFault.RunAsync(one, where, new Random(seed))));
            }
        }

        var (passed, failed, number) = (0, 0, 0);
        foreach (var (name, run) in cases)
        {
            var one = new FaultCase(Path.Combine(folder, $"case-{number++}"));
            try
            {
                await run(one);
            }
            catch (Exception failure) when (failure is Win32Exception or InvalidOperationException && one.Wrong.Count == 0)
            {
                Console.WriteLine($"{name}: skipped: {failure.Message}");
                continue;
            }

            Console.WriteLine($"{name}: {(one.Wrong.Count == 0 ? "as it should be" : "VIOLATION: " + string.Join("; ", one.Wrong.Take(5)))}{one.Seen}");
            (passed, failed) = one.Wrong.Count == 0 ? (passed + 1, failed) : (passed, failed + 1);
        }

        return new Score(passed, failed);
    }
}
