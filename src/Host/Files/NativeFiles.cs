using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AkkaPipeline.Host.Files;

/// <summary>What .NET does not offer of the C library.</summary>
internal static class NativeFiles
{
    public const int ReadOnly = 0;

    /// <summary>Of a path: where the process is.</summary>
    public const int CurrentFolder = -100;

    /// <summary>Of <see cref="StatXAnswer.Mode"/>: what kind of file it is.</summary>
    public const int KindMask = 0xF000;

    public const int RegularKind = 0x8000;

    /// <summary>Of a descriptor: the file is the descriptor itself.</summary>
    public const int EmptyPath = 0x1000;

    /// <summary>What is asked for: all that every file system knows.</summary>
    public const uint BasicStats = 0x7FF;

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    public static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static extern int Sync(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    public static extern int StatX(
        SafeFileHandle file, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, out StatXAnswer answer);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    public static extern int StatX(
        int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, out StatXAnswer answer);

    /// <summary>The kernel's layout, the same on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct StatXAnswer
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public long Size;

        [FieldOffset(96)]
        public long ChangedSeconds;

        [FieldOffset(104)]
        public uint ChangedNanoseconds;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;
    }
}
