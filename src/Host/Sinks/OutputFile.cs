using System.Globalization;
using AkkaPipeline.Host.Configuration;
using AkkaPipeline.Host.Files;
using AkkaPipeline.Host.Running;

namespace AkkaPipeline.Host.Sinks;

/// <summary>
/// The sink <c>{ type = file }</c>: lines into a file that grows as <c>PATH.partial</c> and takes its name, in place of an
/// earlier output, when everything is in it.
/// </summary>
/// <remarks>
/// Opened for one run, it overwrites a <c>.partial</c> that is there, and is not forced to the disk: it survives the end of
/// the process, not that of the machine. Opened to be resumed, it waits for <see cref="ResumeAsync"/>.
/// </remarks>
internal sealed class OutputFile : IBatchSink<ReadOnlyMemory<byte>>, IResumableSink
{
    private const int BufferBytes = 256 * 1024;

    private readonly string path;
    private readonly bool endsLines;
    private readonly bool isKept;
    private readonly WriteBlock? write;
    private readonly byte[] buffer = new byte[BufferBytes];
    private WholeLinesFile? file;
    private long lengthInPlace;
    private int buffered;

    private OutputFile(string path, SinkFormat format, bool isKept, WriteBlock? write)
    {
        this.path = path;
        endsLines = format == SinkFormat.Raw;
        this.isKept = isKept;
        this.write = write;
    }

    /// <summary>Where the lines are until all of them are there.</summary>
    public string PartialPath => path + ".partial";

    public long Length => file?.Length ?? lengthInPlace;

    /// <summary>Opens it for one run.</summary>
    /// <exception cref="BrokenSinkException">The file cannot be created there.</exception>
    public static OutputFile Open(string path, SinkFormat format = SinkFormat.JsonLines, WriteBlock? write = null)
    {
        RegularFile.Expect(path, "the output");
        var output = new OutputFile(path, format, isKept: false, write);
        output.file = WholeLinesFile.Create(output.PartialPath, write);
        return output;
    }

    /// <summary>Touches nothing yet: <see cref="ResumeAsync"/> will.</summary>
    /// <exception cref="BrokenSinkException">There can be no file.</exception>
    public static OutputFile ToResume(string path, SinkFormat format = SinkFormat.JsonLines)
    {
        RegularFile.Expect(path, "the output");
        return new OutputFile(path, format, isKept: true, write: null);
    }

    /// <summary>
    /// Goes on with <c>PATH.partial</c>. Where there is none any more, but the output has that length, the earlier run was
    /// killed after the renaming: the output stays in place, unless more is to be written.
    /// </summary>
    public ValueTask ResumeAsync(long length, CancellationToken cancellationToken)
    {
        file?.Dispose();
        file = null;
        if (length == 0)
        {
            file = WholeLinesFile.Create(PartialPath, write);
        }
        else if (!File.Exists(PartialPath) && new FileInfo(path) is { Exists: true } output && output.Length == length)
        {
            lengthInPlace = length;
        }
        else if (File.Exists(PartialPath))
        {
            file = WholeLinesFile.OpenAt(PartialPath, length, write);
        }
        else
        {
            throw new BrokenSinkException(string.Create(
                CultureInfo.InvariantCulture,
                $"Cannot go on with '{PartialPath}': it is not there, and an earlier run has left {length:N0} bytes in it. Put it back, or start over with --restart."));
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask SyncAsync(CancellationToken cancellationToken)
    {
        file?.Sync();
        return ValueTask.CompletedTask;
    }

    public ValueTask<BatchResult> WriteAsync(Batch<ReadOnlyMemory<byte>> batch, CancellationToken cancellationToken)
    {
        WholeLinesFile written = file ??= TakeBack();
        buffered = 0;
        foreach (ReadOnlyMemory<byte> line in batch.Outputs.Span)
        {
            Add(written, line.Span);
            if (endsLines)
            {
                Add(written, "\n"u8);
            }
        }

        WriteBuffered(written);
        written.Commit();
        return ValueTask.FromResult(BatchResult.Written);
    }

    public ValueTask CloseAsync(SinkEnding ending, CancellationToken cancellationToken)
    {
        // The name must not be kept before what it stands for.
        if (isKept)
        {
            file?.Sync();
        }

        file?.Dispose();
        if (ending == SinkEnding.Complete)
        {
            TakeName();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Gives the closed file its name although not all lines of the source are in it: for a run that was to end early.
    /// </summary>
    /// <returns>False if that failed, which is told on stderr.</returns>
    public bool TryTakeName()
    {
        try
        {
            TakeName();
            return true;
        }
        catch (BrokenSinkException exception)
        {
            StandardErrorLog.Write("error", exception.Message, exception);
            return false;
        }
    }

    private void Add(WholeLinesFile written, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BufferBytes - buffered)
        {
            WriteBuffered(written);
        }

        if (bytes.Length > BufferBytes)
        {
            written.Append(bytes);
            return;
        }

        bytes.CopyTo(buffer.AsSpan(buffered));
        buffered += bytes.Length;
    }

    private void WriteBuffered(WholeLinesFile written)
    {
        if (buffered > 0)
        {
            written.Append(buffer.AsSpan(0, buffered));
            buffered = 0;
        }
    }

    /// <summary>More is to be written than was there when the output took its name.</summary>
    private WholeLinesFile TakeBack()
    {
        if (lengthInPlace == 0)
        {
            throw new InvalidOperationException("The output is written to before it was resumed.");
        }

        Rename(path, PartialPath, "More is to be written to it; free the name and run again.");
        return WholeLinesFile.OpenAt(PartialPath, lengthInPlace, write);
    }

    private void TakeName()
    {
        if (file is not null)
        {
            Rename(PartialPath, path, "The output is complete; rename it by hand.");
        }

        if (!isKept)
        {
            return;
        }

        try
        {
            FolderSync.Of(path);
        }
        catch (IOException exception)
        {
            throw new BrokenSinkException($"'{path}' is complete and has its name, but {exception.Message}", exception);
        }
    }

    private static void Rename(string from, string to, string whatToDo)
    {
        try
        {
            File.Move(from, to, overwrite: true);
        }
        catch (Exception exception) when (FileTrouble.Is(exception))
        {
            throw new BrokenSinkException($"Cannot rename '{from}' to '{to}': {FileTrouble.Cause(exception)} {whatToDo}", exception);
        }
    }
}
