namespace AkkaPipeline.Host.Tests.Program;

/// <summary>One end of a named pipe; the program has the other, so that a test decides how far the program gets.</summary>
internal sealed class Fifo : IDisposable
{
    private readonly FileStream stream;

    private Fifo(FileStream stream) => this.stream = stream;

    /// <summary>Whether the program has read all that was written.</summary>
    public bool IsEmpty => LibC.BytesIn(stream.SafeFileHandle) == 0;

    /// <summary>The end to write to, once the program has opened the other.</summary>
    public static Task<Fifo> OpenToWriteAsync(string path) => OpenAsync(() =>
        new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0));

    /// <summary>The end to read from, once the program has opened the other.</summary>
    public static Task<Fifo> OpenToReadAsync(string path) => OpenAsync(() => LibC.OpenToRead(path));

    /// <summary>Completes when the pipe has taken it all.</summary>
    public Task WriteAsync(ReadOnlyMemory<byte> bytes) => stream.WriteAsync(bytes).AsTask().WaitAsync(Patience.Limit);

    /// <summary>Writes the same again and again until nobody reads any more.</summary>
    public async Task WriteForEverAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (true)
            {
                await stream.WriteAsync(bytes);
            }
        }
        catch (IOException)
        {
            // The program has closed its end.
        }
    }

    /// <summary>All that the program writes, up to its end.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes).WaitAsync(Patience.Limit);
        return bytes.ToArray();
    }

    public void Dispose() => stream.Dispose();

    // Opening a pipe waits for the other end, on a thread.
    private static async Task<Fifo> OpenAsync(Func<FileStream> open) => new(await Task.Run(open).WaitAsync(Patience.Limit));
}
