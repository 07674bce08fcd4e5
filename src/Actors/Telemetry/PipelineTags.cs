using System.Diagnostics;

namespace AkkaPipeline.Telemetry;

/// <summary>The tags that every measurement of a pipeline bears, and those of its operations.</summary>
internal sealed class PipelineTags(string pipeline)
{
    private readonly TagList own = new()
    {
        { TelemetryNames.System, TelemetryNames.ThisSystem },
        { TelemetryNames.Pipeline, pipeline },
    };

    public TagList Own => own;

    public TagList Of(string operation, string type) => With(TelemetryNames.OperationName, operation, TelemetryNames.OperationType, type);

    public TagList OfOutcome(string outcome)
    {
        var tags = own;
        tags.Add(TelemetryNames.Outcome, outcome);
        return tags;
    }

    private TagList With(string name, string value, string another, string valueOfIt)
    {
        var tags = own;
        tags.Add(name, value);
        tags.Add(another, valueOfIt);
        return tags;
    }
}
