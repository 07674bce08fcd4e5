namespace AkkaPipeline.Configuring;

/// <summary>
/// Puts the layers of configuration on each other and reads a pipeline from them: its own section over
/// <c>pipeline-defaults</c>, and in both of them the layers in their order, <c>reference.conf</c> below all.
/// </summary>
internal static class PipelineConfiguration
{
    private const string DefaultsKey = "pipeline-defaults";
    private const string PipelinesKey = "pipelines";

    /// <summary>Reads the options of the pipeline <paramref name="name"/>.</summary>
    /// <param name="name">The pipeline's name; it need not be in any layer.</param>
    /// <param name="faults">Takes all that is wrong, with where it came from.</param>
    /// <param name="layers">What each layer has under <c>akka-pipeline</c>, the one that counts most first.</param>
    public static PipelineOptions Read(string name, ConfigFaults faults, params IReadOnlyList<ConfigObject> layers)
    {
        var merged = layers.Aggregate((above, below) => above.Over(below, faults)).Over(ReferenceConfiguration.Values, faults);
        string[] root = [ReferenceConfiguration.RootKey];
        var own = new ConfigSection(merged, merged.Place, root, faults);
        var options = PipelineOptions.Read(own.Section(DefaultsKey));
        ConfigSection pipelines = own.Section(PipelinesKey);
        foreach (string other in pipelines.Keys)
        {
            _ = pipelines.SectionOrNull(other);
        }

        if (pipelines.SectionOrNull(name) is { } written
            && merged.ObjectAt(PipelinesKey, name) is { } values
            && merged.ObjectAt(DefaultsKey) is { } defaults)
        {
            options = PipelineOptions.Read(new ConfigSection(
                values.Over(defaults, faults), written.Place, [.. root, PipelinesKey, name], faults, new OwnValues(values, [.. root, DefaultsKey])));
        }

        own.Close();
        return options;
    }
}
