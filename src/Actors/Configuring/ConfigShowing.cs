using System.Text;

namespace AkkaPipeline.Configuring;

/// <summary>Writes configuration for people to read, secrets hidden.</summary>
internal static class ConfigShowing
{
    private const int ShownMax = 60;

    /// <summary>A text in quotes, cut where it is long.</summary>
    public static string Shorten(string text)
    {
        int length = text.Length > ShownMax && char.IsHighSurrogate(text[ShownMax - 1]) ? ShownMax - 1 : ShownMax;
        return text.Length > ShownMax ? HoconCharacters.Quote(text[..length]) + "…" : HoconCharacters.Quote(text);
    }

    /// <summary>A value in a message about the key <paramref name="path"/>.</summary>
    public static string ShowValue(string path, ConfigValue value, bool secretAround = false)
    {
        if (value is not ConfigScalar scalar)
        {
            return value.Kind;
        }

        bool secret = secretAround || SecretKeys.IsSecret(path) || scalar.IsSecret;
        string shown = secret ? SecretKeys.Hidden : scalar.IsNull ? "null" : Shorten(SecretKeys.HideCredentials(scalar.Text));
        return scalar.Variable is null ? shown : $"{shown} (from the environment variable {scalar.Variable})";
    }

    /// <summary>The whole object as HOCON.</summary>
    public static string Show(ConfigObject value)
    {
        var text = new StringBuilder();
        AppendFields(text, value, "", secret: false);
        return text.ToString();
    }

    private static void AppendFields(StringBuilder text, ConfigObject value, string indent, bool secret)
    {
        foreach (ConfigField field in value.Fields)
        {
            text.Append(indent).Append(HoconCharacters.ShowName(field.Name));
            text.Append(field.Value is ConfigObject ? " " : " = ");
            Append(text, field.Value, indent, secret || SecretKeys.IsSecret(field.Name));
            text.Append('\n');
        }
    }

    private static void Append(StringBuilder text, ConfigValue value, string indent, bool secret)
    {
        switch (value)
        {
            case ConfigObject inner:
                text.Append("{\n");
                AppendFields(text, inner, indent + "  ", secret);
                text.Append(indent).Append('}');
                break;
            case ConfigArray array:
                AppendItems(text, array, indent, secret);
                break;
            case ConfigScalar scalar:
                text.Append(ShowScalar(scalar, secret));
                break;
        }
    }

    private static void AppendItems(StringBuilder text, ConfigArray array, string indent, bool secret)
    {
        text.Append('[');
        for (int i = 0; i < array.Items.Count; i++)
        {
            text.Append(i == 0 ? "" : ", ");
            Append(text, array.Items[i], indent + "  ", secret);
        }

        text.Append(']');
    }

    private static string ShowScalar(ConfigScalar scalar, bool secret)
    {
        if (secret || scalar.IsSecret)
        {
            return HoconCharacters.Quote(SecretKeys.Hidden);
        }

        return scalar.ScalarKind == ConfigScalarKind.Quoted
            ? HoconCharacters.Quote(SecretKeys.HideCredentials(scalar.Text))
            : SecretKeys.HideCredentials(scalar.Text);
    }
}
