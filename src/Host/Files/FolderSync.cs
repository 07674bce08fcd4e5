using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AkkaPipeline.Host.Files;

/// <summary>Makes the names in a folder survive a power cut: syncing a file does not keep its name.</summary>
internal static class FolderSync
{
    /// <param name="path">A file in the folder.</param>
    /// <exception cref="IOException">The folder cannot be synced.</exception>
    public static void Of(string path)
    {
        if (OperatingSystem.IsWindows() || Path.GetDirectoryName(Path.GetFullPath(path)) is not { } folder)
        {
            return;
        }

        using var handle = new SafeFileHandle(NativeFiles.Open(folder, NativeFiles.ReadOnly), ownsHandle: true);
        if (handle.IsInvalid || NativeFiles.Sync(handle) != 0)
        {
            throw new IOException($"The folder '{folder}' cannot be synced: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }
}
