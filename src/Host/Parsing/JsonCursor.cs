using System.Buffers;

namespace AkkaPipeline.Host.Parsing;

/// <summary>
/// Writes JSON into a span that the caller knows to be large enough. By hand because the stock writer's encoders escape
/// more than JSON asks for (a plus sign, everything beyond ASCII) and cost more than the parsing.
/// </summary>
internal ref struct JsonCursor(Span<byte> destination)
{
    /// <summary>What one byte of text can become at most: <c>\u001f</c>.</summary>
    public const int EscapedBytesMax = 6;

    private static readonly SearchValues<byte> Escaped = SearchValues.Create(EscapedBytes());

    private readonly Span<byte> destination = destination;

    public int Written { get; private set; }

    /// <summary>Writes bytes that are JSON already.</summary>
    public void Raw(scoped ReadOnlySpan<byte> json)
    {
        json.CopyTo(destination[Written..]);
        Written += json.Length;
    }

    /// <summary>Gives room to write so many bytes of JSON.</summary>
    public Span<byte> Raw(int length)
    {
        Span<byte> room = destination.Slice(Written, length);
        Written += length;
        return room;
    }

    /// <summary>A string of valid UTF-8; null if it is a lone dash.</summary>
    public void TextOrNull(ReadOnlySpan<byte> text)
    {
        if (text is [(byte)'-'])
        {
            Raw("null"u8);
            return;
        }

        destination[Written++] = (byte)'"';
        while (true)
        {
            int clean = text.IndexOfAny(Escaped);
            if (clean < 0)
            {
                break;
            }

            Raw(text[..clean]);
            Escape(text[clean]);
            text = text[(clean + 1)..];
        }

        Raw(text);
        destination[Written++] = (byte)'"';
    }

    /// <summary>A number given by its digits; null if it is a lone dash.</summary>
    public void NumberOrNull(ReadOnlySpan<byte> digits)
    {
        if (digits is [(byte)'-'])
        {
            Raw("null"u8);
            return;
        }

        // JSON has no leading zeros, but a zero.
        ReadOnlySpan<byte> significant = digits.TrimStart((byte)'0');
        Raw(significant.IsEmpty ? "0"u8 : significant);
    }

    private void Escape(byte character)
    {
        ReadOnlySpan<byte> hex = "0123456789abcdef"u8;
        ReadOnlySpan<byte> sequence = character switch
        {
            (byte)'"' => "\\\""u8,
            (byte)'\\' => "\\\\"u8,
            (byte)'\b' => "\\b"u8,
            (byte)'\t' => "\\t"u8,
            (byte)'\n' => "\\n"u8,
            (byte)'\f' => "\\f"u8,
            (byte)'\r' => "\\r"u8,
            _ => [(byte)'\\', (byte)'u', (byte)'0', (byte)'0', hex[character >> 4], hex[character & 15]],
        };
        Raw(sequence);
    }

    private static byte[] EscapedBytes()
    {
        var bytes = new byte[34];
        for (int control = 0; control < 32; control++)
        {
            bytes[control] = (byte)control;
        }

        bytes[32] = (byte)'"';
        bytes[33] = (byte)'\\';
        return bytes;
    }
}
