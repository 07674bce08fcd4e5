using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace AkkaPipeline.Configuring;

/// <summary>Configuration as Akka's own tree: handed on to it past its reader, and taken from what it has read.</summary>
internal static class AkkaConfiguration
{
    /// <summary>A configuration with the one top-level key <paramref name="name"/>.</summary>
    public static Config Under(string name, ConfigObject value) =>
        From(new ConfigObject(value.Place, [new ConfigField(name, value.Place, value)]));

    public static Config From(ConfigObject value) => new(new HoconRoot(Convert(value)));

    /// <summary>What Akka has read under a key, as values of <paramref name="file"/>; an empty object where there is nothing.</summary>
    public static ConfigObject Read(Config config, string key, ConfigFile file)
    {
        int values = 0;
        return config.HasPath(key) && Convert(config.GetValue(key)) is ConfigObject found ? found : new ConfigObject(Place(), []);

        // Akka keeps no lines. A column of its own keeps each value apart; without a line the place is shown as the file.
        ConfigPlace Place() => new(file, Line: 0, ++values);

        ConfigValue Convert(HoconValue value)
        {
            ConfigPlace place = Place();
            return value switch
            {
                _ when value.IsObject() => new ConfigObject(
                    place, [.. value.GetObject().Items.Select(pair => new ConfigField(pair.Key, Place(), Convert(pair.Value)))]),
                _ when value.IsArray() => new ConfigArray(place, [.. value.GetArray().Select(Convert)]),
                _ => new ConfigScalar(
                    place, value.GetString() ?? "", value.GetString() is null ? ConfigScalarKind.Null : ConfigScalarKind.Quoted),
            };
        }
    }

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
