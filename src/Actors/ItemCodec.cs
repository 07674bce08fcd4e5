using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AkkaPipeline;

/// <summary>The codecs that come with the library.</summary>
public static class ItemCodec
{
    /// <summary>Strings as UTF-8. A string that is not valid Unicode (a lone surrogate) is refused at put.</summary>
    public static IItemCodec<string> Text { get; } = new TextCodec();

    /// <summary>Bytes as they are.</summary>
    public static IItemCodec<byte[]> Bytes { get; } = new BytesCodec();

    /// <summary>Bytes as they are.</summary>
    public static IItemCodec<ReadOnlyMemory<byte>> Memory { get; } = new MemoryCodec();

    /// <summary>JSON by System.Text.Json, with a type description that its source generator has made.</summary>
    /// <typeparam name="T">The item.</typeparam>
    public static IItemCodec<T> Json<T>(JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new JsonCodec<T>(type);
    }

    /// <summary>JSON by System.Text.Json. The item's own type is written, never that of a derived object.</summary>
    /// <typeparam name="T">The item.</typeparam>
    /// <param name="options">Null, the default: the serializer's own.</param>
    public static IItemCodec<T> Json<T>(JsonSerializerOptions? options = null) =>
        new JsonCodec<T>((JsonTypeInfo<T>)(options ?? JsonSerializerOptions.Default).GetTypeInfo(typeof(T)));

    /// <summary>What a durable queue uses where it is told nothing: text or bytes as they are, JSON for everything else.</summary>
    internal static IItemCodec<T> Default<T>() =>
        Text as IItemCodec<T> ?? Bytes as IItemCodec<T> ?? Memory as IItemCodec<T> ?? Json<T>();

    private sealed class TextCodec : IItemCodec<string>
    {
        private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

        public string Name => "utf-8";

        public int Version => 1;

        public void Encode(string item, IBufferWriter<byte> writer) => Strict.GetBytes(item, writer);

        public string Decode(ReadOnlySpan<byte> bytes, int version) => Strict.GetString(bytes);
    }

    private sealed class BytesCodec : IItemCodec<byte[]>
    {
        public string Name => "bytes";

        public int Version => 1;

        public void Encode(byte[] item, IBufferWriter<byte> writer) => writer.Write(item);

        public byte[] Decode(ReadOnlySpan<byte> bytes, int version) => bytes.ToArray();
    }

    private sealed class MemoryCodec : IItemCodec<ReadOnlyMemory<byte>>
    {
        public string Name => "bytes";

        public int Version => 1;

        public void Encode(ReadOnlyMemory<byte> item, IBufferWriter<byte> writer) => writer.Write(item.Span);

        public ReadOnlyMemory<byte> Decode(ReadOnlySpan<byte> bytes, int version) => bytes.ToArray();
    }

    private sealed class JsonCodec<T>(JsonTypeInfo<T> type) : IItemCodec<T>
    {
        public string Name => "json";

        public int Version => 1;

        public void Encode(T item, IBufferWriter<byte> writer)
        {
            using var json = new Utf8JsonWriter(writer);
            JsonSerializer.Serialize(json, item, type);
        }

        public T Decode(ReadOnlySpan<byte> bytes, int version) =>
            JsonSerializer.Deserialize(bytes, type) ?? throw new JsonException("The JSON is null, which is not an item.");
    }
}
