using System.Globalization;
using System.Text;
using AkkaPipeline.Host.Commands;
using AkkaPipeline.Storing;

namespace AkkaPipeline.Host.Reporting;

/// <summary>Dead letters of a store, for people.</summary>
internal static class LetterText
{
    private const int ReasonMax = 120;
    private const int PayloadMax = 4_096;
    private const int BytesMax = 256;

    /// <summary>A line each.</summary>
    public static string Table(LetterPage page)
    {
        var text = new StringBuilder(Head(page));
        if (page.Letters.Count > 0)
        {
            text.AppendLine(Line("number", "at", "cause", "attempts", "id", "key", "reason"));
        }

        foreach (StoredDeadLetter kept in page.Letters)
        {
            var letter = (EncodedDeadLetter)kept.Letter;
            text.AppendLine(Line(
                kept.Number.ToString(CultureInfo.InvariantCulture),
                Time(letter.At),
                DeadLetterWords.NameOf(letter.Cause),
                letter.Attempts.Count.ToString(CultureInfo.InvariantCulture),
                TerminalText.Of(letter.Id),
                letter.Key is null ? "-" : TerminalText.Of(letter.Key),
                TerminalText.Of(letter.Reason, ReasonMax)));
        }

        return text.Append(Foot(page)).ToString();
    }

    /// <summary>All that is known of each.</summary>
    public static string Whole(LetterPage page)
    {
        var text = new StringBuilder(Head(page));
        foreach (StoredDeadLetter kept in page.Letters)
        {
            Append(text.AppendLine(), kept.Number, (EncodedDeadLetter)kept.Letter);
        }

        return text.Append(Foot(page)).ToString();
    }

    public static string Of(LetterChange change)
    {
        string stay = change.Stay == 0 ? "" : string.Create(
            CultureInfo.InvariantCulture, $"; {change.Stay:N0} stay, because they are damaged (drop takes them too)");
        return string.Create(CultureInfo.InvariantCulture, $"{TerminalText.Of(change.Queue)}: {change.Count:N0} {change.What}{stay}\n");
    }

    private static string Head(LetterPage page)
    {
        string use = page.InUse is { } owner ? $" (in use by {TerminalText.Of(owner)}: as it is at this moment)" : "";
        return string.Create(
            CultureInfo.InvariantCulture, $"{TerminalText.Of(page.Path)}, {TerminalText.Of(page.Queue)}: {Letters(page.Total)}{use}\n");
    }

    private static string Letters(long count) => count == 1
        ? "1 dead letter"
        : string.Create(CultureInfo.InvariantCulture, $"{count:N0} dead letters");

    private static string Foot(LetterPage page) => page.Next is { } next
        ? string.Create(CultureInfo.InvariantCulture, $"more: --after {next}\n")
        : "";

    private static string Line(string number, string at, string cause, string attempts, string id, string key, string reason) =>
        $"  {number,8}  {at,-20}  {cause,-16}  {attempts,8}  {id}  {key}  {reason}";

    private static void Append(StringBuilder text, long number, EncodedDeadLetter letter)
    {
        Say(text, "number", number.ToString(CultureInfo.InvariantCulture));
        Say(text, "id", TerminalText.Of(letter.Id));
        Say(text, "sequence", letter.Sequence.ToString(CultureInfo.InvariantCulture));
        Say(text, "key", letter.Key is null ? null : TerminalText.Of(letter.Key));
        Say(text, "at", Time(letter.At));
        Say(text, "cause", DeadLetterWords.NameOf(letter.Cause));
        Say(text, "reason", TerminalText.Of(letter.Reason));
        foreach (var (name, value) in letter.Headers)
        {
            Say(text, "header", $"{TerminalText.Of(name)}: {TerminalText.Of(value)}");
        }

        foreach (FailedAttempt attempt in letter.Attempts)
        {
            AppendAttempt(text, attempt);
        }

        Say(text, "codec", $"{TerminalText.Of(letter.Codec.Name)}, version {letter.Codec.Version.ToString(CultureInfo.InvariantCulture)}");
        Say(text, "payload", Payload(letter.Payload.Span));
    }

    private static void AppendAttempt(StringBuilder text, FailedAttempt attempt)
    {
        string number = attempt.Number.ToString(CultureInfo.InvariantCulture);
        Say(text, "attempt", $"{number}, {Time(attempt.StartedAt)}, took {ReadableTime.Of(attempt.Duration)}");
        Say(text, "", $"{TerminalText.Of(attempt.Error.Type)}: {TerminalText.Of(attempt.Error.Message)}");
        foreach (string line in attempt.Error.StackTrace?.Split('\n') ?? [])
        {
            Say(text, "", "  " + TerminalText.Of(line.TrimEnd('\r')));
        }
    }

    private static string Payload(ReadOnlySpan<byte> bytes)
    {
        string length = string.Create(CultureInfo.InvariantCulture, $"{bytes.Length:N0} bytes");
        if (TerminalText.OfUtf8(bytes) is { } text)
        {
            return $"{length}: {TerminalText.Of(text, PayloadMax)}";
        }

        string hex = Convert.ToHexStringLower(bytes[..Math.Min(bytes.Length, BytesMax)]);
        return $"{length}, no text: {hex}{(bytes.Length > BytesMax ? "… (all of it with --json)" : "")}";
    }

    private static void Say(StringBuilder text, string name, string? what)
    {
        if (what is not null)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {name,-9} {what}");
        }
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
