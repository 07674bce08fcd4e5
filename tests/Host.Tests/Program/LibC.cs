using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AkkaPipeline.Host.Tests.Program;

/// <summary>What the tests need of the C library on Linux.</summary>
internal static class LibC
{
    public const int SigInt = 2;
    public const int SigTerm = 15;

    private const int ReadOnly = 0;
    private const nuint BytesToRead = 0x541B;
    private const int OwnerOnly = 0b110_000_000;

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static extern int Kill(int process, int signal);

    public static void MakeFifo(string path)
    {
        if (MakeFifo(path, OwnerOnly) != 0)
        {
            throw new IOException($"mkfifo '{path}': error {Marshal.GetLastPInvokeError()}");
        }
    }

    /// <summary>Opens a file without regard to the locks with which .NET keeps others out.</summary>
    public static FileStream OpenToRead(string path)
    {
        var handle = new SafeFileHandle(Open(path, ReadOnly), ownsHandle: true);
        return handle.IsInvalid
            ? throw new IOException($"open '{path}': error {Marshal.GetLastPInvokeError()}")
            : new FileStream(handle, FileAccess.Read, bufferSize: 0);
    }

    /// <summary>How many bytes lie in a pipe.</summary>
    public static int BytesIn(SafeHandle pipe) =>
        Control(pipe, BytesToRead, out int bytes) == 0
            ? bytes
            : throw new IOException($"ioctl: error {Marshal.GetLastPInvokeError()}");

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "mkfifo", SetLastError = true)]
    private static extern int MakeFifo([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static extern int Control(SafeHandle pipe, nuint request, out int value);
}
