using AkkaPipeline.Host.Samples;
using Microsoft.Win32.SafeHandles;

namespace AkkaPipeline.Host.Commands;

/// <summary><c>akka-pipeline sample access-log --lines N --seed S</c>: a generated log on standard output.</summary>
internal static class SampleCommand
{
    private const int BufferBytes = 64 * 1024;

    private const int BrokenPipe = 32;

    public static void Run(SampleArguments arguments)
    {
        using Stream output = OpenOutput();
        try
        {
            Write(arguments, output);
        }
        catch (IOException exception) when (exception.HResult == BrokenPipe)
        {
            // The reader has seen enough, as head has.
        }
    }

    internal static void Write(SampleArguments arguments, Stream output)
    {
        var generator = new AccessLogGenerator(arguments.Seed);
        var buffer = new byte[BufferBytes];
        int used = 0;
        for (long line = 0; line < arguments.Lines; line++)
        {
            if (BufferBytes - used < AccessLogGenerator.LineBytesMax)
            {
                output.Write(buffer, 0, used);
                used = 0;
            }

            used += generator.WriteLine(buffer.AsSpan(used));
        }

        output.Write(buffer, 0, used);
    }

    /// <summary>
    /// Standard output. The console's own stream swallows the news that nobody reads a pipe any more, and would go on
    /// to the last line; a file stream on a file would not move the position that other programs share with us.
    /// </summary>
    private static Stream OpenOutput()
    {
        if (!OperatingSystem.IsWindows())
        {
            var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            if (!output.CanSeek)
            {
                return output;
            }
        }

        return Console.OpenStandardOutput();
    }
}
