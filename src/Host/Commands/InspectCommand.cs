using AkkaPipeline.Host.Reporting;
using AkkaPipeline.Storing.Sqlite;

namespace AkkaPipeline.Host.Commands;

/// <summary><c>akka-pipeline inspect PATH [--json]</c></summary>
internal static class InspectCommand
{
    /// <returns>0; 2: no store, or not to be read.</returns>
    public static int Run(InspectArguments arguments, StoreTerminal terminal) => terminal.Reading(() =>
    {
        StoreReport report = StoreVerification.Run(arguments.Path, payloads: false);
        terminal.Output.Write(
            arguments.Json ? StoreReportJson.Of(report, isVerified: false) : StoreReportText.OfInspected(report, terminal.Time.GetUtcNow()));
        return ExitStatus.Success;
    });
}
