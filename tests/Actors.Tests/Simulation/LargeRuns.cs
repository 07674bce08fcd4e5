namespace AkkaPipeline.Tests.Simulation;

/// <summary>Runs that are too long for every build.</summary>
internal static class LargeRuns
{
    /// <summary>Whether AKKA_PIPELINE_MILLION=1 asks for them.</summary>
    public static bool Wanted { get; } = Environment.GetEnvironmentVariable("AKKA_PIPELINE_MILLION") == "1";
}
