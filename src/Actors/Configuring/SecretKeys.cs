using System.Text.RegularExpressions;

namespace AkkaPipeline.Configuring;

/// <summary>Which values must not be shown, by the name of their key; and what of a text must not be, by its form.</summary>
internal static partial class SecretKeys
{
    public const string Hidden = "<hidden>";

    /// <summary>They tell by themselves, wherever they stand in a name and however it is spelt.</summary>
    private static readonly string[] SecretParts =
    [
        "password", "passwd", "passphrase", "passcode", "secret", "credential", "apikey", "accesskey", "privatekey", "connectionstring",
        "accesstoken", "authtoken", "apitoken", "authorization",
    ];

    /// <summary>They tell as whole words of a name: a monkey is no key.</summary>
    private static readonly HashSet<string> SecretWords = new(StringComparer.OrdinalIgnoreCase) { "pwd", "token", "key", "pass", "pat", "sas" };

    /// <summary>Whether the name, or a word of it (split at dashes, dots, underscores and capitals), says so.</summary>
    public static bool IsSecret(string name)
    {
        string letters = string.Concat(name.Where(char.IsAsciiLetterOrDigit));
        return SecretParts.Any(part => letters.Contains(part, StringComparison.OrdinalIgnoreCase))
            || letters.EndsWith("token", StringComparison.OrdinalIgnoreCase)
            || Words().Split(name).Any(SecretWords.Contains);
    }

    /// <summary>The text with what it shows of credentials hidden: users and passwords in addresses, and values such as <c>Password=…;</c>.</summary>
    public static string HideCredentials(string text) =>
        Assignment().Replace(Address().Replace(text, HideUser), match => match.Groups["name"].Value + Hidden);

    /// <summary>Up to the last @ of what stands together: a password may hold one, and a slash.</summary>
    private static string HideUser(Match address) =>
        address.Value.LastIndexOf('@') is > 0 and var at ? "://" + Hidden + address.Value[at..] : address.Value;

    [GeneratedRegex("[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")]
    private static partial Regex Words();

    [GeneratedRegex("://[^\\s\"'<>]*")]
    private static partial Regex Address();

    /// <summary>A value in quotes, or all up to a ; or &amp; or the end of the line: a password may hold blanks and quotes.</summary>
    [GeneratedRegex(
        """(?<name>(?:password|passwd|pwd|passphrase|secret|token|api[-_]?key|access[-_]?key|accountkey|sharedaccesskey|sig)\s*=\s*)(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[^;&\r\n]+)""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Assignment();
}
