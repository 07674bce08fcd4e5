using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace AkkaPipeline.Configuring;

/// <summary>Hands configuration that is read and resolved on to Akka as its own tree, past Akka's reader.</summary>
internal static class AkkaConfiguration
{
    /// <summary>A configuration with the one top-level key <paramref name="name"/>.</summary>
    public static Config Under(string name, ConfigObject value) =>
        From(new ConfigObject(value.Place, [new ConfigField(name, value.Place, value)]));

    public static Config From(ConfigObject value) => new(new HoconRoot(Convert(value)));

    private static HoconValue Convert(ConfigValue value)
    {
        var converted = new HoconValue();
        switch (value)
        {
            case ConfigObject inner:
                converted.AppendValue(ConvertObject(inner));
                break;
            case ConfigArray array:
                converted.AppendValue(ConvertArray(array));
                break;
            case ConfigScalar scalar:
                converted.AppendValue(new HoconLiteral { Value = scalar.IsNull ? null : scalar.Text });
                break;
        }

        return converted;
    }

    private static Akka.Configuration.Hocon.HoconObject ConvertObject(ConfigObject value)
    {
        var converted = new Akka.Configuration.Hocon.HoconObject();
        foreach (ConfigField field in value.Fields)
        {
            converted.Items.Add(field.Name, Convert(field.Value));
        }

        return converted;
    }

    private static Akka.Configuration.Hocon.HoconArray ConvertArray(ConfigArray value)
    {
        var converted = new Akka.Configuration.Hocon.HoconArray();
        converted.AddRange(value.Items.Select(Convert));
        return converted;
    }
}
