using System.Buffers;

namespace AkkaPipeline;

/// <summary>Turns items into bytes and back, for a durable queue. Thread-safe; called where items are put and where they are read back.</summary>
/// <typeparam name="T">The item.</typeparam>
public interface IItemCodec<T>
{
    /// <summary>Stands beside everything that it has written: a store refuses to read with a codec of another name.</summary>
    string Name { get; }

    /// <summary>Version of what it writes now; it should still read what earlier versions have written.</summary>
    int Version { get; }

    /// <summary>Writes an item. What it throws fails the put.</summary>
    void Encode(T item, IBufferWriter<byte> writer);

    /// <summary>Reads an item. What it throws makes the item a dead letter with the cause <see cref="DeadLetterCause.Undecodable"/>.</summary>
    /// <param name="bytes">What <see cref="Encode"/> wrote.</param>
    /// <param name="version">The version that wrote it.</param>
    T Decode(ReadOnlySpan<byte> bytes, int version);
}
