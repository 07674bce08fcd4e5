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

    private WholeLinesFile(string path, SafeFileHandle file, WriteBlock write)
    {
        this.path = path;
        this.file = file;
        this.write = write;
    }

    /// <summary>Creates the file, empty, in place of one that may be there; its folders too.</summary>
    public static WholeLinesFile Create(string path, WriteBlock? write = null)
    {
        try
        {
            CreateFolder(path);
            // Unshared, so that a second run on the same path is refused instead of mixing its lines in.
            SafeFileHandle file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None);
            return new WholeLinesFile(path, file, write ?? WriterTo(file));
        }
        catch (Exception exception) when (FileTrouble.Is(exception))
        {
            throw new BrokenSinkException(
                $"Cannot create '{path}': {FileTrouble.Cause(exception)} Check the path and its permissions.", exception);
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
    public void Commit() => committed = written;

    public void Dispose() => file.Dispose();

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
