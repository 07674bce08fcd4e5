using System.Text.RegularExpressions;

namespace AkkaPipeline.Configuring;

/// <summary>Which values must not be shown, by the name of their key.</summary>
internal static partial class SecretKeys
{
    public const string Hidden = "<hidden>";

    private static readonly HashSet<string> SecretWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "password", "passwd", "passphrase", "passcode", "pwd", "secret", "secrets", "token", "key", "apikey",
        "credential", "credentials", "authorization",
    };

    /// <summary>Whether a word of the name (split at dashes, dots, underscores and capitals) says so.</summary>
    public static bool IsSecret(string name) =>
        Words().Split(name).Any(SecretWords.Contains)
        || name.Contains("connection-string", StringComparison.OrdinalIgnoreCase)
        || name.Contains("connectionString", StringComparison.OrdinalIgnoreCase);

    /// <summary>The text with the user and password of addresses in it hidden.</summary>
    public static string HideInAddresses(string text) => UserInfo().Replace(text, "://" + Hidden + "@");

    [GeneratedRegex("[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex Words();

    [GeneratedRegex("://[^/@\\s]+@")]
    private static partial Regex UserInfo();
}
