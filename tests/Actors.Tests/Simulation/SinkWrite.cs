using AkkaPipeline.Sinking;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>What a consumer asks a sink to write.</summary>
internal sealed record SinkWrite(SimulatedActor ReplyTo, SinkProtocol.WrittenItems Items, int Count, int[]? Ends)
{
    public override string ToString() => $"{Items} with {Count} outputs";
}
