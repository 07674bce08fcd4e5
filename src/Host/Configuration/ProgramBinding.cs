using Akka.Configuration;
using AkkaPipeline.Configuring;

namespace AkkaPipeline.Host.Configuration;

/// <summary>Reads the top of a configuration and each pipeline in it.</summary>
internal static class ProgramBinding
{
    public static ProgramConfiguration Bind(ConfigDocument document, ConfigFaults faults)
    {
        var top = new ConfigSection(document.Root, document.Root.Place, [], faults);
        ConfigSection own = top.Section(ReferenceConfiguration.RootKey);
        Config akka = AkkaBinding.Bind(document.Root, top);

        // A section of the user's own is fine where references take something from it.
        foreach (string name in top.Keys.Where(document.ReferencedRoots.Contains).ToList())
        {
            top.Has(name);
        }

        top.Close("; what is for the actor system goes under akka { … }");
        ConfigSection defaults = own.Section("pipeline-defaults");
        if (!defaults.Keys.Any())
        {
            faults.NoteLostKeys();
        }

        PipelineBinding.CheckDefaults(defaults);
        _ = own.Section("pipelines");
        own.Close();
        var sections = new Dictionary<string, ConfigSection>(StringComparer.Ordinal);
        List<PipelineSettings> pipelines = BindPipelines(document, own, sections, faults);
        return new ProgramConfiguration(pipelines, akka) { AkkaPlace = top.PlaceOf("akka"), Sections = sections };
    }

    private static List<PipelineSettings> BindPipelines(
        ConfigDocument document, ConfigSection own, Dictionary<string, ConfigSection> sections, ConfigFaults faults)
    {
        ConfigSection section = own.Section("pipelines");
        ConfigObject defaults = document.Root.ObjectAt(ReferenceConfiguration.RootKey, "pipeline-defaults") ?? new ConfigObject(document.Root.Place, []);
        ConfigObject written = document.Root.ObjectAt(ReferenceConfiguration.RootKey, "pipelines") ?? new ConfigObject(document.Root.Place, []);
        var pipelines = new List<PipelineSettings>();
        var paths = new PathClaims(document.Root.Place.File.FullPath);
        if (written.Fields.Count > ConfigLimits.PipelinesMax)
        {
            faults.Add(written.Fields[ConfigLimits.PipelinesMax].Place, $"{section.Path} holds more than {ConfigLimits.PipelinesMax} pipelines");
            return pipelines;
        }

        foreach (ConfigField field in written.Fields.TakeWhile(_ => !faults.Ended))
        {
            if (!PipelineBinding.IsName(field.Name))
            {
                faults.Add(field.Place, $"{section.PathOf(field.Name)} is no name for a pipeline; allowed: 1 to 64 letters, digits, '-' and '_'");
            }

            if (section.SectionOrNull(field.Name) is not null && field.Value is ConfigObject values)
            {
                var merged = new ConfigSection(
                    values.Over(defaults, faults),
                    field.Place,
                    [ReferenceConfiguration.RootKey, "pipelines", field.Name],
                    faults,
                    new OwnValues(values, [ReferenceConfiguration.RootKey, "pipeline-defaults"]));
                PipelineSettings settings = PipelineBinding.Read(field.Name, merged);
                paths.Check(settings, merged);
                pipelines.Add(settings);
                sections.Add(field.Name, merged);
            }
        }

        if (pipelines.Count == 0 && faults.Count == 0)
        {
            faults.Add(document.Root.Place, $"{section.Path} holds no pipeline; for example: {section.Path}.access-log {{ source {{ … }}, consume {{ … }}, sink {{ … }} }}");
        }

        return pipelines;
    }
}
