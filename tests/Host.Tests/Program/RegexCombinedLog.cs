using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AkkaPipeline.Host.Tests.Program;

/// <summary>The combined log format written down a second time, in another way than the program's.</summary>
internal static partial class RegexCombinedLog
{
    /// <summary>The fields as the program should tell them; null if the line is not in the format.</summary>
    public static JsonObject? Parse(string line)
    {
        Match match = Line().Match(line);
        if (!match.Success || !DateTimeOffset.TryParseExact(
            match.Groups["time"].Value, "dd/MMM/yyyy:HH:mm:ss zzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset time))
        {
            return null;
        }

        string[] words = match.Groups["request"].Value.Split(' ');
        bool isRequest = words.Length == 3 && words.All(word => word.Length > 0);
        var fields = new JsonObject
        {
            ["host"] = Text(match, "host"),
            ["ident"] = Text(match, "ident"),
            ["user"] = Text(match, "user"),
            ["time"] = time.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture),
            ["method"] = isRequest ? words[0] : null,
            ["path"] = isRequest ? words[1] : null,
            ["protocol"] = isRequest ? words[2] : null,
        };
        if (!isRequest)
        {
            fields["request"] = Text(match, "request");
        }

        fields["status"] = Number(match, "status");
        fields["bytes"] = Number(match, "bytes");
        fields["referrer"] = Text(match, "referrer");
        fields["agent"] = Text(match, "agent");
        return fields;
    }

    private static string? Text(Match match, string field) => match.Groups[field].Value is var text and not "-" ? text : null;

    private static long? Number(Match match, string field) =>
        Text(match, field) is { } digits ? long.Parse(digits, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex("""
        ^(?<host>[^ ]+)\ (?<ident>[^ ]+)\ (?<user>[^ ]+)\ \[(?<time>[^]]{26})]
        \ "(?<request>(?:[^"\\]|\\.)*)"\ (?<status>[0-9]{1,3}|-)\ (?<bytes>[0-9]+|-)
        \ "(?<referrer>(?:[^"\\]|\\.)*)"\ "(?<agent>(?:[^"\\]|\\.)*)"$
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Line();
}
