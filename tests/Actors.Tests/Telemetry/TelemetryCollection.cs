using Xunit;

namespace AkkaPipeline.Tests.Telemetry;

/// <summary>Whoever listens changes how all pipelines of the process run: these tests run when no others do.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TelemetryCollection
{
    public const string Name = "Telemetry";
}
