namespace AkkaPipeline.Producing;

/// <summary>What is read off an item once, when it is put.</summary>
/// <param name="PriorityOf">For an order by priority; null otherwise.</param>
/// <param name="SizeOf">Its size in bytes, for bounds in bytes; null where it is not known.</param>
/// <param name="KeyOf">For an order by key; null otherwise.</param>
/// <param name="Encoder">For a durable store, which keeps items as bytes; null otherwise. Their length is their size.</param>
internal sealed record ItemMeasures<T>(
    Func<T, long>? PriorityOf, Func<T, int>? SizeOf, Func<T, string>? KeyOf = null, ItemEncoder<T>? Encoder = null)
{
    /// <summary>The sizes of strings and bytes are known without being told.</summary>
    public static Func<T, int>? KnownSize { get; } =
        typeof(T) == typeof(string) ? Sized<string>(text => 2 * text.Length)
        : typeof(T) == typeof(byte[]) ? Sized<byte[]>(bytes => bytes.Length)
        : typeof(T) == typeof(ReadOnlyMemory<byte>) ? Sized<ReadOnlyMemory<byte>>(bytes => bytes.Length)
        : null;

    /// <summary>Whether there is anything to read off an item.</summary>
    public bool Any { get; } = PriorityOf is not null || SizeOf is not null || KeyOf is not null || Encoder is not null;

    /// <summary>Whether sizes are known.</summary>
    public bool AreSized { get; } = SizeOf is not null || Encoder is not null;

    /// <summary>Reads what is to be read off an item, once: the user's code runs here and nowhere else.</summary>
    public Measured Of(T item) => Any ? Read(item, null, null) : default;

    /// <summary>As <see cref="Of(T)"/>, for an item of which something may be known already: that is not read again.</summary>
    /// <param name="item">The item.</param>
    /// <param name="key">Its key; null: not known.</param>
    /// <param name="payload">The item as bytes; null: not known.</param>
    public Measured Of(T item, string? key, ReadOnlyMemory<byte>? payload) => Any ? Read(item, key, payload) : default;

    private Measured Read(T item, string? key, ReadOnlyMemory<byte>? known)
    {
        var payload = Encoder is null ? default : known ?? Encoder.Encode(item);
        return new(
            PriorityOf?.Invoke(item) ?? 0,
            Encoder is null ? Size(item) : payload.Length,
            KeyOf is null ? null : key ?? KeyOf(item) ?? throw new InvalidOperationException("The key of an item must not be null."),
            payload);
    }

    private int Size(T item) => SizeOf?.Invoke(item) is not { } size ? 0
        : size >= 0 ? size : throw new InvalidOperationException("The size of an item must not be negative.");

    private static Func<T, int> Sized<TKnown>(Func<TKnown, int> size) => (Func<T, int>)(object)size;
}

/// <summary>What was read off an item.</summary>
/// <param name="Priority">For an order by priority.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Key">For an order by key.</param>
/// <param name="Payload">The item as bytes, for a durable store; only until the next item is read on this thread.</param>
internal readonly record struct Measured(long Priority, int Bytes, string? Key, ReadOnlyMemory<byte> Payload = default)
{
    /// <summary>For an item that has to wait.</summary>
    public Measured Kept() => Payload.IsEmpty ? this : this with { Payload = Payload.ToArray() };
}
