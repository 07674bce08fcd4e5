using System.Buffers.Text;

namespace AkkaPipeline.Host.Samples;

/// <summary>Writes text into a span that the caller knows to be large enough.</summary>
internal ref struct ByteCursor(Span<byte> destination)
{
    private readonly Span<byte> destination = destination;

    public int Written { get; private set; }

    public void Append(scoped ReadOnlySpan<byte> text)
    {
        text.CopyTo(destination[Written..]);
        Written += text.Length;
    }

    public void Append(int number)
    {
        Utf8Formatter.TryFormat(number, destination[Written..], out int length);
        Written += length;
    }
}
