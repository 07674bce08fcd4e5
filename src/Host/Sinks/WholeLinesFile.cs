using System.Globalization;
using AkkaPipeline.Host.Files;
using Microsoft.Win32.SafeHandles;

namespace AkkaPipeline.Host.Sinks;

/// <summary>How a block of bytes gets into a file; a test can stand in for the disk.</summary>
internal delegate void WriteBlock(SafeFileHandle file, ReadOnlySpan<byte> bytes, long fileOffset);

/// <summary>
/// A file that only grows, and only by what is committed: a write that fails is cut off again, so that whoever looks at
/// it sees whole lines. Every failure is a <see cref="BrokenSinkException"/>.
/// </summary>
internal sealed class WholeLinesFile : IDisposable
{
    private readonly string path;
    private readonly SafeFileHandle file;
    private readonly WriteBlock write;
    private long written;
    private long committed;
    private bool nameIsKept;

    private WholeLinesFile(string path, SafeFileHandle file, WriteBlock write, long length)
    {
        this.path = path;
        this.file = file;
        this.write = write;
        written = committed = length;
    }

    /// <summary>How much is committed.</summary>
    public long Length => Volatile.Read(ref committed);

    /// <summary>Creates the file, empty, in place of one that may be there; its folders too.</summary>
    public static WholeLinesFile Create(string path, WriteBlock? write = null)
    {
        try
        {
            CreateFolder(path);
            SafeFileHandle file = OpenAlone(path, FileMode.Create);
            return new WholeLinesFile(path, file, write ?? WriterTo(file), length: 0);
        }
        catch (Exception exception) when (FileTrouble.Is(exception))
        {
            throw new BrokenSinkException(
                $"Cannot create '{path}': {FileTrouble.Cause(exception)} Check the path and its permissions.", exception);
        }
    }

    /// <summary>Opens a file that is there, and cuts it back to a length.</summary>
    public static WholeLinesFile OpenAt(string path, long length, WriteBlock? write = null)
    {
        try
        {
            SafeFileHandle file = OpenAlone(path, FileMode.Open);
            long there = RandomAccess.GetLength(file);
            if (there < length)
            {
                file.Dispose();
                throw new BrokenSinkException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Cannot go on with '{path}': it has {there:N0} bytes, and an earlier run has left {length:N0}. Put it back as it was, or start over with --restart."));
            }

            RandomAccess.SetLength(file, length);
            return new WholeLinesFile(path, file, write ?? WriterTo(file), length);
        }
        catch (Exception exception) when (FileTrouble.Is(exception))
        {
            throw new BrokenSinkException(
                $"Cannot go on with '{path}': {FileTrouble.Cause(exception)} Put it back as it was, or start over with --restart.", exception);
        }
    }

    public static void CreateFolder(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }
    }

    /// <summary>Adds bytes at the end. Synchronous: on Linux an asynchronous write is one on another thread.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        try
        {
            write(file, bytes, written);
            written += bytes.Length;
        }
        catch (Exception exception) when (FileTrouble.Is(exception))
        {
            throw new BrokenSinkException(
                $"Cannot write to '{path}': {FileTrouble.Cause(exception)} {WhatIsThere()} Make room or choose another path, and run again.",
                exception);
        }
    }

    /// <summary>What was appended stays.</summary>
    public void Commit() => Volatile.Write(ref committed, written);

    /// <summary>What is committed survives a power cut, and the file's name too. May be called while bytes are added.</summary>
    public void Sync()
    {
        try
        {
            RandomAccess.FlushToDisk(file);
            if (!nameIsKept)
            {
                FolderSync.Of(path);
                nameIsKept = true;
            }
        }
        catch (Exception exception) when (FileTrouble.Is(exception))
        {
            throw new BrokenSinkException(
                $"'{path}' cannot be forced to the disk: {FileTrouble.Cause(exception)} What it holds beyond the last checkpoint may be lost. Check the disk, and run again.",
                exception);
        }
    }

    public void Dispose() => file.Dispose();

    /// <summary>Unshared, so that a second run on the same path is refused instead of mixing its lines in.</summary>
    private static SafeFileHandle OpenAlone(string path, FileMode mode) =>
        File.OpenHandle(path, mode, FileAccess.Write, FileShare.None);

    /// <summary>A named pipe knows no offsets: it takes what comes next.</summary>
    private static WriteBlock WriterTo(SafeFileHandle file)
    {
        var stream = new FileStream(file, FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? RandomAccess.Write : (_, bytes, _) => stream.Write(bytes);
    }

    private string WhatIsThere()
    {
        try
        {
            RandomAccess.SetLength(file, committed);
            written = committed;
            return $"It holds whole lines, {committed} bytes.";
        }
        catch (Exception exception) when (FileTrouble.Is(exception))
        {
            return $"Only its first {committed} bytes are whole lines; cutting off the rest failed too: {FileTrouble.Cause(exception)}";
        }
    }
}
