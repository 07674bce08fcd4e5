namespace AkkaPipeline.Producing;

/// <summary>What is read off an item once, when it is put.</summary>
/// <param name="PriorityOf">For an order by priority; null otherwise.</param>
/// <param name="SizeOf">Its size in bytes, for bounds in bytes; null where it is not known.</param>
/// <param name="KeyOf">For an order by key; null otherwise.</param>
internal sealed record ItemMeasures<T>(Func<T, long>? PriorityOf, Func<T, int>? SizeOf, Func<T, string>? KeyOf = null)
{
    /// <summary>The sizes of strings and bytes are known without being told.</summary>
    public static Func<T, int>? KnownSize { get; } =
        typeof(T) == typeof(string) ? Sized<string>(text => 2 * text.Length)
        : typeof(T) == typeof(byte[]) ? Sized<byte[]>(bytes => bytes.Length)
        : typeof(T) == typeof(ReadOnlyMemory<byte>) ? Sized<ReadOnlyMemory<byte>>(bytes => bytes.Length)
        : null;

    /// <summary>Whether there is anything to read off an item.</summary>
    public bool Any { get; } = PriorityOf is not null || SizeOf is not null || KeyOf is not null;

    /// <summary>Reads what is to be read off an item, once: the user's code runs here and nowhere else.</summary>
    public Measured Of(T item) => Any ? Read(item) : default;

    private Measured Read(T item) => new(
        PriorityOf?.Invoke(item) ?? 0,
        SizeOf?.Invoke(item) is not { } size ? 0 : size >= 0 ? size : throw new InvalidOperationException("The size of an item must not be negative."),
        KeyOf is null ? null : KeyOf(item) ?? throw new InvalidOperationException("The key of an item must not be null."));

    private static Func<T, int> Sized<TKnown>(Func<TKnown, int> size) => (Func<T, int>)(object)size;
}

/// <summary>What was read off an item.</summary>
internal readonly record struct Measured(long Priority, int Bytes, string? Key);
