using AkkaPipeline.Producing;
using Microsoft.Win32.SafeHandles;

namespace AkkaPipeline.Host.Sources;

/// <summary>The lines of standard input. They can be read once.</summary>
internal sealed class StandardInputLines : IAsyncEnumerable<LogLine>, IReadsAhead
{
    public async IAsyncEnumerator<LogLine> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await using Stream input = Open();
        await foreach (LogLine line in LineStream
            .ReadAsync(input, FileLines.DefaultLineBytesMax, readsAhead: true, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            yield return line;
        }
    }

    /// <summary>Without a buffer between: a line is there once it is written.</summary>
    private static Stream Open() => OperatingSystem.IsWindows()
        ? Console.OpenStandardInput()
        : new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
}
