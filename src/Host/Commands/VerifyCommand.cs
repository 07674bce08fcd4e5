using AkkaPipeline.Host.Reporting;
using AkkaPipeline.Storing.Sqlite;

namespace AkkaPipeline.Host.Commands;

/// <summary><c>akka-pipeline verify PATH [--json]</c></summary>
internal static class VerifyCommand
{
    /// <returns>0: sound; 1: damaged; 2: no store, or not to be read.</returns>
    public static int Run(VerifyArguments arguments, StoreTerminal terminal) => terminal.Reading(() =>
    {
        StoreReport report = StoreVerification.Run(arguments.Path);
        terminal.Output.Write(arguments.Json ? StoreReportJson.Of(report, isVerified: true) : StoreReportText.OfVerified(report));
        return report.Damage.Count == 0 ? ExitStatus.Success : ExitStatus.Failure;
    });
}
