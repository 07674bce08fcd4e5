using System.Text;
using AkkaPipeline.Configuring;

namespace AkkaPipeline.Tests.Configuring;

/// <summary>What a text reads as: the tree, and the faults as text.</summary>
internal sealed record Reading(ConfigObject Root, ConfigFaults Faults)
{
    public string FaultText => Faults.Format();

    public static Reading Of(string text, params IReadOnlyList<(string Name, string Value)> environment) =>
        Of(Encoding.UTF8.GetBytes(text), environment);

    public static Reading Of(byte[] bytes, params IReadOnlyList<(string Name, string Value)> environment)
    {
        var faults = new ConfigFaults();
        var variables = environment.ToDictionary(pair => pair.Name, pair => pair.Value);
        ConfigDocument document = HoconReader.ReadBytes(bytes, new ConfigFile("t.conf", null), variables.GetValueOrDefault, faults);
        return new Reading(document.Root, faults);
    }

    /// <summary>The tree in short: <c>{a:1,b:[x,null]}</c>.</summary>
    public string Shape() => FaultText.Length > 0 ? FaultText : Shape(Root);

    private static string Shape(ConfigValue value) => value switch
    {
        ConfigObject inner => "{" + string.Join(',', inner.Fields.Select(field => field.Name + ":" + Shape(field.Value))) + "}",
        ConfigArray array => "[" + string.Join(',', array.Items.Select(Shape)) + "]",
        ConfigScalar scalar => scalar.IsNull ? "null" : scalar.Text,
        _ => "?",
    };
}
