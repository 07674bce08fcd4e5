using AkkaPipeline.Host.Running;

namespace AkkaPipeline.Host.Sinks;

/// <summary>
/// The sink <c>{ type = file }</c>: lines, each with its line feed, into a file that grows as <c>PATH.partial</c> and
/// takes its name, in place of an earlier output, when everything is in it.
/// </summary>
/// <remarks>
/// A <c>.partial</c> left by an earlier run is overwritten. The file is not forced to the disk: it survives the end of
/// the process, not that of the machine.
/// </remarks>
internal sealed class JsonLinesFile : IBatchSink<ReadOnlyMemory<byte>>
{
    private const int BufferBytes = 256 * 1024;

    private readonly string path;
    private readonly WholeLinesFile file;
    private readonly byte[] buffer = new byte[BufferBytes];
    private int buffered;

    private JsonLinesFile(string path, WholeLinesFile file)
    {
        this.path = path;
        this.file = file;
    }

    /// <summary>Where the lines are until all of them are there.</summary>
    public string PartialPath => PartialPathOf(path);

    /// <exception cref="BrokenSinkException">The file cannot be created there.</exception>
    public static JsonLinesFile Open(string path, WriteBlock? write = null)
    {
        RegularFile.Expect(path, "the output");
        return new JsonLinesFile(path, WholeLinesFile.Create(PartialPathOf(path), write));
    }

    public ValueTask<BatchResult> WriteAsync(Batch<ReadOnlyMemory<byte>> batch, CancellationToken cancellationToken)
    {
        buffered = 0;
        foreach (ReadOnlyMemory<byte> line in batch.Outputs.Span)
        {
            if (line.Length > BufferBytes - buffered)
            {
                WriteBuffered();
            }

            if (line.Length > BufferBytes)
            {
                file.Append(line.Span);
                continue;
            }

            line.Span.CopyTo(buffer.AsSpan(buffered));
            buffered += line.Length;
        }

        WriteBuffered();
        file.Commit();
        return ValueTask.FromResult(BatchResult.Written);
    }

    public ValueTask CloseAsync(SinkEnding ending, CancellationToken cancellationToken)
    {
        file.Dispose();
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

    private static string PartialPathOf(string path) => path + ".partial";

    private void WriteBuffered()
    {
        if (buffered > 0)
        {
            file.Append(buffer.AsSpan(0, buffered));
            buffered = 0;
        }
    }

    private void TakeName()
    {
        try
        {
            File.Move(PartialPath, path, overwrite: true);
        }
        catch (Exception exception) when (FileTrouble.Is(exception))
        {
            throw new BrokenSinkException(
                $"Cannot rename '{PartialPath}' to '{path}': {FileTrouble.Cause(exception)} The output is complete; rename it by hand.",
                exception);
        }
    }
}
