using AkkaPipeline.Crash.Working;

namespace AkkaPipeline.Crash.Faults;

/// <summary>
/// A sync that fails, by strace: nothing that waits for it is confirmed, the store stops, no sync is tried again; the next
/// start reads what is on the disk.
/// </summary>
internal static class SyncFault
{
    public static async Task RunAsync(FaultCase one, int which, bool forEver)
    {
        var trace = Path.Combine(one.Folder, "trace");
        string[] strace =
        [
            "strace", "-f", "-qq", "-o", trace, "-e", "trace=fsync,fdatasync",
            "-e", $"inject=fsync,fdatasync:error=EIO:when={which}{(forEver ? "+" : "")}",
        ];
        using (var worker = await FaultCase.StartAsync(one.Order, strace))
        {
            if (!await FaultCase.ComesAsync(worker, 0, record => record.What == Happening.Failed))
            {
                one.Wrong.Add("the pipeline did not fail");
                return;
            }

            var failed = worker.Records.ToList().FindIndex(record => record.What == Happening.Failed);
            await Task.Delay(200);
            await one.KillAndCheckAsync(worker);
            one.Expect(worker.Records.Skip(failed).All(record => record.What is not (Happening.Confirmed or Happening.Settled or Happening.Joined)), "something was confirmed after the failure");
        }

        var syncs = (await File.ReadAllLinesAsync(trace)).SkipWhile(line => !line.Contains("INJECTED", StringComparison.Ordinal)).ToList();
        one.Expect(syncs.Count >= 1, "no sync failed");
        one.Expect(syncs.Count <= 1, $"{syncs.Count - 1} syncs were tried after the one that failed: {string.Join(" | ", syncs.Take(4))}");
        await one.DrainAndCheckAsync();
    }
}
