using System.Globalization;
using System.Text;
using System.Text.Json;
using AkkaPipeline.Host.Parsing;
using AkkaPipeline.Host.Sources;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Host.Tests.Parsing;

public class CombinedLogPropertyTests
{
    private static readonly Gen<string> Word =
        Gen.OneOf(Gen.Char["abcXYZ0189.:_%\\\"é\u0001\u007f€"], Gen.Char['\u00a0', '\u07ff']).Array[1, 12]
            .Select(characters => new string(characters));

    private static readonly Gen<string> Quoted =
        Gen.OneOf(Word.Select(EscapeQuotes), Gen.OneOf(" ", "\\\"", "\\\\", "\\x16", "😀", "-", "\t")).Array[0, 8].Select(string.Concat);

    private static readonly Gen<DateTimeOffset> Time =
        Gen.Select(Gen.Long[366 * TimeSpan.TicksPerDay, DateTime.MaxValue.Ticks - (366 * TimeSpan.TicksPerDay)], Gen.Int[-14 * 60, 14 * 60])
            .Select((ticks, minutes) => new DateTimeOffset(
                ticks - (ticks % TimeSpan.TicksPerSecond), TimeSpan.FromMinutes(minutes)));

    [Fact]
    public void A_valid_record_comes_back_field_by_field() =>
        Gen.Select(Word, Word, Time, Quoted, Gen.Int[0, 999], Gen.Long[0, 999_999_999_999_999_999], Quoted, Quoted).Sample(
            (host, user, time, request, status, bytes, referrer, agent) =>
            {
                string offset = time.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);
                string stamp = time.ToString("dd/MMM/yyyy:HH:mm:ss ", CultureInfo.InvariantCulture) + offset;
                string line = $"{host} - {user} [{stamp}] \"{request}\" {status} {bytes} \"{referrer}\" \"{agent}\"";

                using var json = JsonDocument.Parse(ParseCombinedLog.Convert(LogLine.Of(Encoding.UTF8.GetBytes(line))));
                JsonElement record = json.RootElement;

                Assert.Equal(OrNull(host), record.GetProperty("host").GetString());
                Assert.Null(record.GetProperty("ident").GetString());
                Assert.Equal(OrNull(user), record.GetProperty("user").GetString());
                Assert.Equal(time, DateTimeOffset.ParseExact(
                    record.GetProperty("time").GetString()!, "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
                Assert.Equal(Words(request), Request(record));
                Assert.Equal(status, record.GetProperty("status").GetInt32());
                Assert.Equal(bytes, record.GetProperty("bytes").GetInt64());
                Assert.Equal(OrNull(referrer), record.GetProperty("referrer").GetString());
                Assert.Equal(OrNull(agent), record.GetProperty("agent").GetString());
            });

    [Fact]
    public void Random_bytes_are_a_record_or_malformed_and_never_anything_else() =>
        Gen.OneOf(Gen.Byte, Gen.OneOf(" \"[]-\\/:0123456789"u8.ToArray())).Array[0, 200].Sample(AssertParsedOrMalformed);

    [Fact]
    public void A_valid_line_with_changed_bytes_is_a_record_or_malformed_and_never_anything_else()
    {
        byte[] valid = """
            ::1 - - [29/Feb/2016:10:05:03 +0000] "GET / HTTP/1.1" 200 2 "-" "a\"b"
            """u8.ToArray();
        Gen.Select(Gen.Int[0, valid.Length], Gen.Select(Gen.Int[0, valid.Length - 1], Gen.Byte).Array[0, 3]).Sample((length, changes) =>
        {
            byte[] line = [.. valid];
            foreach ((int index, byte value) in changes)
            {
                line[index] = value;
            }

            AssertParsedOrMalformed(line[..length]);
        });
    }

    private static void AssertParsedOrMalformed(byte[] line)
    {
        try
        {
            ReadOnlyMemory<byte> json = ParseCombinedLog.Convert(LogLine.Of(line));
            using var document = JsonDocument.Parse(json);
            Assert.Equal(json.Length - 1, json.Span.IndexOf((byte)'\n'));
        }
        catch (MalformedLineException malformed)
        {
            Assert.DoesNotContain('\n', malformed.Message);
        }
    }

    private static string?[] Words(string request)
    {
        string[] words = request.Split(' ');
        return words.Length == 3 && words.All(word => word.Length > 0)
            ? [.. words.Select(OrNull), null]
            : [null, null, null, OrNull(request)];
    }

    private static string?[] Request(JsonElement record) =>
    [
        record.GetProperty("method").GetString(),
        record.GetProperty("path").GetString(),
        record.GetProperty("protocol").GetString(),
        record.TryGetProperty("request", out JsonElement request) ? request.GetString() : null,
    ];

    private static string? OrNull(string text) => text == "-" ? null : text;

    private static string EscapeQuotes(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
