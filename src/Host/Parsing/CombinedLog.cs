using System.Text.Unicode;

namespace AkkaPipeline.Host.Parsing;

/// <summary>
/// The combined log format of Apache, nginx and their kin:
/// <c>host ident user [time] "request" status bytes "referrer" "agent"</c>, one space between fields.
/// </summary>
/// <remarks>
/// Host, ident and user are one word each. In a quoted field a backslash takes the next byte with it, so <c>\"</c> does
/// not end it; any other quote does, and must be followed by the next field. So an unescaped quote inside an agent makes
/// the line malformed: guessing where the field ends would silently swallow fields that a server was told to append. A
/// line that is not UTF-8 throughout is malformed, because JSON could not hold it.
/// </remarks>
internal static class CombinedLog
{
    /// <exception cref="MalformedLineException">The line is not in this format.</exception>
    public static CombinedLogRecord Parse(ReadOnlySpan<byte> line)
    {
        if (!Utf8.IsValid(line))
        {
            throw new MalformedLineException($"the line at column {ValidLength(line) + 1}: not valid UTF-8");
        }

        var cursor = new FieldCursor(line);
        CombinedLogRecord record = default;
        record.Host = cursor.Word("host");
        record.Ident = cursor.Word("ident");
        record.User = cursor.Word("user");
        record.Time = cursor.Time("time");
        record.Request = cursor.Quoted("request");
        cursor.Space("request");
        record.Status = cursor.Number("status", digitsMax: 3);
        record.Bytes = cursor.Number("bytes", digitsMax: 18);
        record.Referrer = cursor.Quoted("referrer");
        cursor.Space("referrer");
        record.Agent = cursor.Quoted("agent");
        cursor.End("agent");
        return record;
    }

    private static int ValidLength(ReadOnlySpan<byte> line)
    {
        int valid = 0;
        while (System.Text.Rune.DecodeFromUtf8(line[valid..], out _, out int length) == System.Buffers.OperationStatus.Done)
        {
            valid += length;
        }

        return valid;
    }
}
