using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace AkkaPipeline.Crash.Working;

/// <summary>
/// An item is known by its number, from which all of it follows: bytes, key, headers. Numbers grow with every put of a
/// producer, and a key belongs to one producer.
/// </summary>
internal static class Payload
{
    public const int Producers = 4;
    private const int KeysOfProducer = 6;
    private const string Header = "number";

    public static long Number(int producer, long count) => ((long)producer << 40) | count;

    public static long CountOf(long number) => number & ((1L << 40) - 1);

    public static int KeyOf(long number) => (int)((number >> 40) * KeysOfProducer) + (int)(Mix((ulong)number) % KeysOfProducer);

    public static string KeyOf(byte[] item) => "key-" + KeyOf(NumberOf(item)).ToString(CultureInfo.InvariantCulture);

    public static long NumberOf(ReadOnlySpan<byte> item) => item.Length >= 8 ? BinaryPrimitives.ReadInt64LittleEndian(item) : -1;

    public static string IdOf(long number) => $"id-{number:x}";

    public static byte[] Of(long number)
    {
        var state = Mix((ulong)number + 1);
        var length = state % 2000 == 0 ? 70_000 + (state >> 20) % 60_000 : state % 60 == 0 ? (state >> 20) % 9_000 : (state >> 20) % 200;
        var item = new byte[8 + (int)length];
        BinaryPrimitives.WriteInt64LittleEndian(item, number);
        for (var at = 8; at < item.Length; at += 8)
        {
            state = Mix(state);
            for (var index = at; index < Math.Min(at + 8, item.Length); index++)
            {
                item[index] = (byte)(state >> (8 * (index - at)));
            }
        }

        return item;
    }

    public static Dictionary<string, string>? HeadersOf(long number) =>
        HasHeaders(number) ? new() { [Header] = number.ToString(CultureInfo.InvariantCulture) } : null;

    /// <summary>What an item must hash to that comes back as it was put.</summary>
    public static ulong HashOf(long number) => HashOf(Of(number), HeadersOf(number));

    public static ulong HashOf(ReadOnlySpan<byte> item, IReadOnlyDictionary<string, string>? headers)
    {
        var hash = HashOf(item);
        return headers is { Count: > 0 } ? Mix(hash ^ HashOf(string.Join(',', headers.Select(one => one.Key + "=" + one.Value)))) : hash;
    }

    public static ulong HashOf(string text) => HashOf(Encoding.UTF8.GetBytes(text));

    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private static bool HasHeaders(long number) => Mix((ulong)number) % 7 == 0;

    private static ulong HashOf(ReadOnlySpan<byte> bytes)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var one in bytes)
        {
            hash = (hash ^ one) * 0x100000001B3;
        }

        return hash;
    }
}
