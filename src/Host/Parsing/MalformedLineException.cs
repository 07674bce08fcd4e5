using AkkaPipeline.Host.Sources;

namespace AkkaPipeline.Host.Parsing;

/// <summary>A line that is not in its format: the message names the field and the byte column, in one line.</summary>
internal sealed class MalformedLineException : FormatException
{
    public MalformedLineException()
    {
    }

    public MalformedLineException(string message)
        : base(message)
    {
    }

    public MalformedLineException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <param name="field">The field that could not be read.</param>
    /// <param name="index">Where in the line, in bytes from 0; the message counts from 1.</param>
    /// <param name="problem">What is wrong with it.</param>
    public static MalformedLineException At(string field, int index, string problem) =>
        new($"{field} at column {index + 1}: {problem}");

    /// <exception cref="MalformedLineException">The line is not here as a whole.</exception>
    public static void ThrowIfTooLong(LogLine line)
    {
        if (line.IsTooLong)
        {
            throw new MalformedLineException(
                $"the line is too long: {line.FullLength} bytes, more than the {FileLines.DefaultLineBytesMax} that are kept");
        }
    }
}
