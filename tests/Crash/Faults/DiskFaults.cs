using AkkaPipeline.Crash.Looping;
using AkkaPipeline.Crash.Working;

namespace AkkaPipeline.Crash.Faults;

/// <summary>A small disk in memory: full, and read-only.</summary>
internal static class DiskFaults
{
    /// <summary>Puts are refused, settlements still commit, the process lives; when there is room again, so do puts.</summary>
    public static async Task FullAsync(FaultCase one)
    {
        await using var disk = await SmallDisk.MountAsync(one.Disk);
        using var worker = await FaultCase.StartAsync(one.Order);
        await FaultCase.ComesAsync(worker, 0, record => record.What == Happening.Confirmed);
        var ballast = Path.Combine(one.Disk, "ballast");
        Fill(ballast);
        one.Expect(await FaultCase.ComesAsync(worker, 0, record => record.What == Happening.PutFailed), "no put was refused");
        var full = worker.Position;
        Fill(ballast);
        one.Expect(
            await FaultCase.ComesAsync(worker, full, record => record.What is Happening.Settled or Happening.Joined),
            "no settlement was committed while the disk was full, but there came " + SinceOf(worker, full));
        var again = worker.Position;
        File.Delete(ballast);
        one.Expect(await FaultCase.ComesAsync(worker, again, record => record.What == Happening.Confirmed), "puts did not come back with the room");
        one.Expect(!await FailedAsync(worker), "the pipeline failed: " + worker.Errors);
        await one.KillAndCheckAsync(worker);
        await one.DrainAndCheckAsync();
    }

    /// <summary>Refused at the start, with the reason; nothing is lost by it.</summary>
    public static async Task ReadOnlyAsync(FaultCase one)
    {
        await using var disk = await SmallDisk.MountAsync(one.Disk);
        using (var worker = await FaultCase.StartAsync(one.Order))
        {
            await FaultCase.ComesAsync(worker, 0, record => record.What == Happening.Confirmed);
            await one.KillAndCheckAsync(worker);
        }

        await Shell.RunAsync("mount", "-o", "remount,ro", one.Disk);
        using (var refused = await FaultCase.StartAsync(one.Order))
        {
            one.Expect(await FaultCase.ComesAsync(refused, 0, record => record.What == Happening.Failed), "it was not refused");
            await refused.EndAsync();
            one.Expect(refused.Errors.Contains("ead-only", StringComparison.Ordinal), "the reason does not say so: " + refused.Errors);
        }

        await Shell.RunAsync("mount", "-o", "remount,rw", one.Disk);
        await one.DrainAndCheckAsync();
    }

    private static string SinceOf(WorkerProcess worker, int after)
    {
        lock (worker.Records)
        {
            return string.Join(", ", worker.Records.Skip(after).CountBy(record => record.What)) + "; " + worker.Errors;
        }
    }

    private static Task<bool> FailedAsync(WorkerProcess worker)
    {
        lock (worker.Records)
        {
            return Task.FromResult(worker.Records.Any(record => record.What == Happening.Failed));
        }
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var block = new byte[1 << 16]; block.Length > 0;)
        {
            try
            {
                file.Write(block);
            }
            catch (IOException)
            {
                block = block.Length > 512 ? block[..(block.Length / 2)] : [];
            }
        }
    }
}

/// <summary>A tmpfs.</summary>
internal sealed class SmallDisk(string folder) : IAsyncDisposable
{
    public static async Task<SmallDisk> MountAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        await Shell.RunAsync("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder);
        return new SmallDisk(folder);
    }

    public async ValueTask DisposeAsync() => await Shell.RunAsync("umount", folder);
}
