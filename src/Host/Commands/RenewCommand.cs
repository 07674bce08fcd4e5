using AkkaPipeline.Host.Reporting;
using AkkaPipeline.Storing.Sqlite;

namespace AkkaPipeline.Host.Commands;

/// <summary><c>akka-pipeline renew PATH [--json]</c></summary>
internal static class RenewCommand
{
    /// <returns>0: done; 1: the store is in use, damaged or cannot be written; 2: no store.</returns>
    public static int Run(RenewArguments arguments, StoreTerminal terminal)
    {
        string path = Path.GetFullPath(arguments.Path);
        int status = terminal.Reading(() =>
        {
            StoredLetters.Queues(path);
            return ExitStatus.Success;
        });
        if (status != ExitStatus.Success)
        {
            return status;
        }

        try
        {
            IReadOnlyList<string> renewed = StoreRenewal.Run(path);
            terminal.Output.Write(arguments.Json ? Json(path, renewed) : Text(path, renewed));
            return ExitStatus.Success;
        }
        catch (Exception exception) when (StoreTerminal.IsTold(exception))
        {
            return terminal.Refuse(exception.Message, ExitStatus.Failure);
        }
    }

    private static string Text(string path, IReadOnlyList<string> renewed) =>
        $"{TerminalText.Of(path)}: new delivery ids from now on for {TerminalText.Of(string.Join(", ", renewed))}\n";

    private static string Json(string path, IReadOnlyList<string> renewed) => JsonText.Line(json =>
    {
        json.WriteString("store"u8, path);
        json.WriteStartArray("renewed"u8);
        foreach (string queue in renewed)
        {
            json.WriteStringValue(queue);
        }

        json.WriteEndArray();
    });
}
