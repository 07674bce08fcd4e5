using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AkkaPipeline.Crash.Looping;

/// <summary>
/// A file system that loses what was not synced: ext4 in a loop file, shut down without flushing its log
/// (EXT4_IOC_SHUTDOWN, as xfstests does), unmounted, mounted again.
/// </summary>
internal sealed partial class PowerCut : ICrash
{
    // _IOR('X', 125, __u32), and EXT4_GOING_FLAGS_NOLOGFLUSH.
    private const nuint Shutdown = 0x8004587D;
    private const uint NoLogFlush = 2;

    private readonly string device;

    private PowerCut(string device, string folder) => (this.device, Folder) = (device, folder);

    public string Folder { get; }

    /// <returns>Null: it is not possible here, and why.</returns>
    public static async Task<(PowerCut? Disk, string? Why)> TryMakeAsync(string folder, int megabytes = 128)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return (null, "it needs Linux and root, for losetup and mount");
        }

        var image = Path.Combine(folder, "disk.img");
        var mount = Path.Combine(folder, "disk");
        Directory.CreateDirectory(mount);
        try
        {
            await using (var file = File.Create(image))
            {
                file.SetLength((long)megabytes << 20);
            }

            await Shell.RunAsync("mkfs.ext4", "-q", "-F", image);
            var device = await Shell.RunAsync("losetup", "-f", "--show", image);
            var disk = new PowerCut(device, mount);
            try
            {
                disk.Mount();
                return (disk, null);
            }
            catch
            {
                await Shell.RunAsync("losetup", "-d", device);
                throw;
            }
        }
        catch (Exception failure) when (failure is Win32Exception or InvalidOperationException)
        {
            return (null, failure.Message);
        }
    }

    public async Task<int> CrashAsync(WorkerProcess worker)
    {
        int received;
        using (var root = OpenFolder(Folder))
        {
            received = worker.Position;
            var flags = NoLogFlush;
            Check(Ioctl(root, Shutdown, ref flags), "shut down the file system");
        }

        await worker.KillAsync();
        Check(Unmount(Folder, 0), "unmount");
        Mount();
        return received;
    }

    public async ValueTask DisposeAsync()
    {
        Check(Unmount(Folder, 0), "unmount");
        await Shell.RunAsync("losetup", "-d", device);
    }

    private void Mount() => Check(Mount(device, Folder, "ext4", 0, null), "mount");

    private static SafeFileHandle OpenFolder(string path)
    {
        var handle = Open(path, 0);
        return handle >= 0 ? new SafeFileHandle(handle, ownsHandle: true) : throw new Win32Exception(Marshal.GetLastPInvokeError(), path);
    }

    private static void Check(int result, string what)
    {
        if (result != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw new Win32Exception(error, $"cannot {what}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(SafeHandle file, nuint request, ref uint argument);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, nuint flags, string? data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);
}
