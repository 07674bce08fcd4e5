using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AkkaPipeline.Storing.Sqlite;

/// <summary>What stands in the tables as text, for people with a shell: times, headers, failed attempts, ranges.</summary>
internal static class StoredText
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>In UTC and of one width, so that it sorts as text.</summary>
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static DateTimeOffset Time(string text) =>
        DateTimeOffset.ParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public static string? Of(IReadOnlyDictionary<string, string>? headers) =>
        headers is null or { Count: 0 } ? null : Write(json => WriteHeaders(json, headers));

    public static IReadOnlyDictionary<string, string>? Headers(string? text)
    {
        if (text is null)
        {
            return null;
        }

        using var json = JsonDocument.Parse(text);
        return HeadersOf(json.RootElement);
    }

    /// <summary>One of each item of a row.</summary>
    public static string? OfRow(IReadOnlyList<IReadOnlyDictionary<string, string>?>? headers) => headers is null ? null : Write(json =>
    {
        json.WriteStartArray();
        foreach (var one in headers)
        {
            WriteHeaders(json, one);
        }

        json.WriteEndArray();
    });

    public static IReadOnlyDictionary<string, string>?[]? RowHeaders(string? text)
    {
        if (text is null)
        {
            return null;
        }

        using var json = JsonDocument.Parse(text);
        return [.. json.RootElement.EnumerateArray().Select(HeadersOf)];
    }

    public static string? Of(IReadOnlyList<FailedAttempt> attempts) => attempts.Count == 0 ? null : Write(json =>
    {
        json.WriteStartArray();
        foreach (var attempt in attempts)
        {
            json.WriteStartObject();
            json.WriteNumber("number", attempt.Number);
            json.WriteString("startedAt", attempt.StartedAt);
            json.WriteNumber("durationTicks", attempt.Duration.Ticks);
            json.WriteString("type", attempt.Error.Type);
            json.WriteString("message", attempt.Error.Message);
            if (attempt.Error.StackTrace is { } stack)
            {
                json.WriteString("stack", stack);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public static IReadOnlyList<FailedAttempt> Attempts(string? text)
    {
        if (text is null)
        {
            return [];
        }

        using var json = JsonDocument.Parse(text);
        return [.. json.RootElement.EnumerateArray().Select(AttemptOf)];
    }

    public static string Of(IReadOnlyList<NumberRange> ranges) => Write(json =>
    {
        json.WriteStartArray();
        foreach (var range in ranges)
        {
            json.WriteStartArray();
            json.WriteNumberValue(range.First);
            json.WriteNumberValue(range.Count);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    });

    public static IReadOnlyList<NumberRange> Ranges(string text)
    {
        using var json = JsonDocument.Parse(text);
        return [.. json.RootElement.EnumerateArray().Select(pair => new NumberRange(pair[0].GetInt64(), pair[1].GetInt64()))];
    }

    public static string Of(IReadOnlyDictionary<string, long> lengths) => Write(json =>
    {
        json.WriteStartObject();
        foreach (var (name, length) in lengths)
        {
            json.WriteNumber(name, length);
        }

        json.WriteEndObject();
    });

    public static IReadOnlyDictionary<string, long> Lengths(string text)
    {
        using var json = JsonDocument.Parse(text);
        return json.RootElement.EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetInt64(), StringComparer.Ordinal);
    }

    private static void WriteHeaders(Utf8JsonWriter json, IReadOnlyDictionary<string, string>? headers)
    {
        if (headers is null or { Count: 0 })
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        foreach (var (name, value) in headers)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    private static Dictionary<string, string>? HeadersOf(JsonElement json) =>
        json.ValueKind == JsonValueKind.Null
            ? null
            : json.EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetString()!, StringComparer.Ordinal);

    private static FailedAttempt AttemptOf(JsonElement json) => new(
        json.GetProperty("number").GetInt32(),
        json.GetProperty("startedAt").GetDateTimeOffset(),
        new TimeSpan(json.GetProperty("durationTicks").GetInt64()),
        new AttemptError(
            json.GetProperty("type").GetString()!,
            json.GetProperty("message").GetString()!,
            json.TryGetProperty("stack", out var stack) ? stack.GetString() : null));

    private static string Write(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            content(json);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
