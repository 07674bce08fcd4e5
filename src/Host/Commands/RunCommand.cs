namespace AkkaPipeline.Host.Commands;

/// <summary><c>akka-pipeline run FILE.conf [--json]</c></summary>
internal static class RunCommand
{
    /// <returns>The program's exit status.</returns>
    public static Task<int> RunAsync(RunArguments arguments) =>
        throw new NotSupportedException($"Running '{arguments.ConfigurationPath}' is not possible yet.");
}
