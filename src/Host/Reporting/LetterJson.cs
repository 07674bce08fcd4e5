using System.Text.Json;
using AkkaPipeline.Host.Commands;
using AkkaPipeline.Storing;

namespace AkkaPipeline.Host.Reporting;

/// <summary>Dead letters of a store, for programs.</summary>
internal static class LetterJson
{
    /// <param name="page">The letters.</param>
    /// <param name="whole">With payloads, headers and attempts.</param>
    public static string Of(LetterPage page, bool whole) => JsonText.Line(json =>
    {
        json.WriteString("store"u8, page.Path);
        json.WriteString("queue"u8, page.Queue);
        json.WriteString("inUse"u8, page.InUse);
        json.WriteNumber("total"u8, page.Total);
        json.WriteNumberOrNull("next", page.Next);
        json.WriteStartArray("letters"u8);
        foreach (StoredDeadLetter kept in page.Letters)
        {
            Write(json, kept.Number, (EncodedDeadLetter)kept.Letter, whole);
        }

        json.WriteEndArray();
    });

    public static string Of(LetterChange change) => JsonText.Line(json =>
    {
        json.WriteString("store"u8, change.Path);
        json.WriteString("queue"u8, change.Queue);
        json.WriteNumber(change.What, change.Count);
        json.WriteNumber("stay"u8, change.Stay);
    });

    private static void Write(Utf8JsonWriter json, long number, EncodedDeadLetter letter, bool whole)
    {
        json.WriteStartObject();
        json.WriteNumber("number"u8, number);
        json.WriteString("id"u8, letter.Id);
        json.WriteNumber("sequence"u8, letter.Sequence);
        json.WriteString("key"u8, letter.Key);
        json.WriteTime("at", letter.At);
        json.WriteString("cause"u8, DeadLetterWords.NameOf(letter.Cause));
        json.WriteString("reason"u8, letter.Reason);
        json.WriteNumber("attempts"u8, letter.Attempts.Count);
        json.WriteBoolean("damaged"u8, letter.Damaged);
        json.WriteNumber("bytes"u8, letter.Payload.Length);
        if (whole)
        {
            WriteWhole(json, letter);
        }

        json.WriteEndObject();
    }

    private static void WriteWhole(Utf8JsonWriter json, EncodedDeadLetter letter)
    {
        json.WriteString("codec"u8, letter.Codec.Name);
        json.WriteNumber("codecVersion"u8, letter.Codec.Version);
        json.WriteStartObject("headers"u8);
        foreach (var (name, value) in letter.Headers)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteStartArray("history"u8);
        foreach (FailedAttempt attempt in letter.Attempts)
        {
            json.WriteStartObject();
            json.WriteNumber("attempt"u8, attempt.Number);
            json.WriteTime("at", attempt.StartedAt);
            json.WriteNumber("seconds"u8, attempt.Duration.TotalSeconds);
            json.WriteString("error"u8, attempt.Error.Type);
            json.WriteString("message"u8, attempt.Error.Message);
            json.WriteString("stackTrace"u8, attempt.Error.StackTrace);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (TerminalText.OfUtf8(letter.Payload.Span) is { } text)
        {
            json.WriteString("payload"u8, text);
        }
        else
        {
            json.WriteBase64String("payloadBase64"u8, letter.Payload.Span);
        }
    }
}
