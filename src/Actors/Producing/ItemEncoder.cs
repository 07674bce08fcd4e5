using System.Buffers;
using AkkaPipeline.Storing;

namespace AkkaPipeline.Producing;

/// <summary>Encodes items where they are put, so that what is wrong with one is told to whoever puts it.</summary>
/// <param name="codec">The user's code.</param>
/// <param name="bytesMax">The largest item.</param>
internal sealed class ItemEncoder<T>(IItemCodec<T> codec, int bytesMax)
{
    private const int KeptMax = 1024 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? room;

    public IItemCodec<T> Codec => codec;

    public CodecName Name { get; } = new(codec.Name, codec.Version);

    /// <returns>Good until the next item is encoded on this thread.</returns>
    /// <exception cref="ItemTooLargeException">It is.</exception>
    public ReadOnlyMemory<byte> Encode(T item)
    {
        var writer = room ??= new ArrayBufferWriter<byte>();
        writer.ResetWrittenCount();
        codec.Encode(item, writer);
        var written = writer.WrittenMemory;
        if (writer.Capacity > KeptMax)
        {
            room = null;
        }

        return written.Length <= bytesMax ? written : throw new ItemTooLargeException(written.Length, bytesMax);
    }
}
