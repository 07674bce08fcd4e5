using System.Text;
using System.Text.RegularExpressions;
using AkkaPipeline.Host.Configuration;
using AkkaPipeline.Host.Sources;

namespace AkkaPipeline.Host.Parsing;

/// <summary>
/// Reads a line's key off its bytes, before the line is parsed: what is no log line has a key too. A line without that
/// part has the empty key.
/// </summary>
internal static class LineKeys
{
    /// <summary>Longer keys are cut, so that none holds a line of a megabyte in memory: their lines are ordered together.</summary>
    public const int LengthMax = 256;

    public static Func<LogLine, string> Of(LineKey key) => key switch
    {
        FieldKey { Number: var number } => line => FieldOf(line.Bytes, number),
        PatternKey { Pattern: var pattern } => OfPattern(Expression(pattern)),
        _ => throw new NotSupportedException($"key {key}"),
    };

    /// <summary>An expression whose time grows with the line's length alone.</summary>
    /// <exception cref="RegexParseException">It is none.</exception>
    /// <exception cref="NotSupportedException">It looks around or refers back.</exception>
    public static Regex Expression(string pattern) =>
        new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private static Func<LogLine, string> OfPattern(Regex expression) => line =>
    {
        Match match = expression.Match(Encoding.UTF8.GetString(line.Bytes));
        string key = (match.Groups.Count > 1 ? match.Groups[1] : match).Value;
        return key.Length > LengthMax ? key[..LengthMax] : key;
    };

    /// <summary>Words between runs of blanks and tabs, as awk counts them.</summary>
    private static string FieldOf(ReadOnlySpan<byte> line, int number)
    {
        for (int current = 1; ; current++)
        {
            line = line.TrimStart(" \t"u8);
            int end = line.IndexOfAny((byte)' ', (byte)'\t');
            ReadOnlySpan<byte> word = end < 0 ? line : line[..end];
            if (current == number || end < 0)
            {
                return current == number ? Encoding.UTF8.GetString(word.Length > LengthMax ? word[..LengthMax] : word) : "";
            }

            line = line[end..];
        }
    }
}
