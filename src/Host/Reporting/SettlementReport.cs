using System.Globalization;
using System.Text;
using AkkaPipeline.Configuring;

namespace AkkaPipeline.Host.Reporting;

/// <summary>What became of every item and where the results are, for people and for programs.</summary>
/// <param name="settlement">The account.</param>
/// <param name="deadLettersAllowed">How many; <see cref="long.MaxValue"/> for all.</param>
internal sealed class SettlementReport(Settlement settlement, long deadLettersAllowed)
{
    /// <summary>Where the output is; none if the pipeline has no sink.</summary>
    public string? OutputPath { get; init; }

    /// <summary>Where the rejects went; none if there were none.</summary>
    public string? DeadLettersPath { get; init; }

    /// <summary>Where the run can be resumed from; none if it has ended, or nothing is kept.</summary>
    public string? StatePath { get; init; }

    /// <summary>Why a run that has ended has left its state; null: the same command goes on from it.</summary>
    public string? WhyStateStays { get; init; }

    /// <summary>Whether the source cannot be read again: what was read of it is in the state alone.</summary>
    public bool ReadsOnce { get; init; }

    /// <summary>A small table.</summary>
    public string ToTable()
    {
        var table = new StringBuilder();
        table.AppendLine(
            CultureInfo.InvariantCulture,
            $"{settlement.Pipeline}: {Outcome()} in {settlement.Elapsed.TotalSeconds:0.00} s");
        AppendCount(table, "produced", settlement.Accepted);
        AppendCountIfAny(table, "resumed", settlement.Resumed, "  (of them settled by earlier runs)");
        AppendCount(table, "acked", settlement.Acked);
        AppendCount(table, "dead-lettered", settlement.DeadLettered, Allowance());
        AppendCountIfAny(table, "dropped", settlement.Dropped);
        AppendCountIfAny(table, "quarantined", settlement.Quarantined, "  (in damaged rows of the state, and not worked on)");
        AppendCount(table, "released", settlement.Released, settlement.SourcesEnded ? "" : "  (and the source was not read to its end)");
        AppendCountIfAny(table, "retried", settlement.Retried, "  (failed attempts that were followed by another)");
        AppendCountIfAny(table, "refused", settlement.Refused, "  (answers that came too late)");
        AppendPath(table, "output", OutputPath);
        AppendPath(table, "rejects", DeadLettersPath);
        AppendPath(table, "state", StatePath is null ? null : $"{StatePath}  ({WhyStateStays ?? HowToGoOn}; with --restart it starts over)");
        foreach (string reason in settlement.Reasons)
        {
            AppendPath(table, "because", TerminalText.Of(Shown(reason)));
        }

        return table.ToString();
    }

    /// <summary>One JSON object on one line, without its line end.</summary>
    public string ToJson()
    {
        return JsonText.Line(json =>
        {
            json.WriteString("pipeline"u8, settlement.Pipeline);
            json.WriteNumber("produced"u8, settlement.Accepted);
            json.WriteNumber("acked"u8, settlement.Acked);
            json.WriteNumber("deadLettered"u8, settlement.DeadLettered);
            json.WriteNumber("released"u8, settlement.Released);
            json.WriteNumber("elapsedSeconds"u8, Math.Round(settlement.Elapsed.TotalSeconds, 3));
            json.WriteString("outcome"u8, Outcome());
            json.WriteNumber("dropped"u8, settlement.Dropped);
            json.WriteNumber("retried"u8, settlement.Retried);
            json.WriteNumber("refused"u8, settlement.Refused);
            json.WriteNumber("resumed"u8, settlement.Resumed);
            json.WriteNumber("quarantined"u8, settlement.Quarantined);
            json.WriteStartArray("reasons"u8);
            foreach (string reason in settlement.Reasons)
            {
                json.WriteStringValue(Shown(reason));
            }

            json.WriteEndArray();
            json.WriteStartArray("haltedKeys"u8);
            foreach (string key in settlement.HaltedKeys)
            {
                json.WriteStringValue(key);
            }

            json.WriteEndArray();
        }).TrimEnd('\n');
    }

    /// <summary>A reason on one line; what failed may quote an address, with what it takes to get in there.</summary>
    private static string Shown(string reason) => SecretKeys.HideCredentials(reason.ReplaceLineEndings(" "));

    private static void AppendCount(StringBuilder table, string name, long count, string remark = "") =>
        table.AppendLine(CultureInfo.InvariantCulture, $"  {name,-13}  {count,13:N0}{remark}");

    private static void AppendCountIfAny(StringBuilder table, string name, long count, string remark = "")
    {
        if (count > 0)
        {
            AppendCount(table, name, count, remark);
        }
    }

    private static void AppendPath(StringBuilder table, string name, string? path)
    {
        if (path is not null)
        {
            table.AppendLine(CultureInfo.InvariantCulture, $"  {name,-13}  {path}");
        }
    }

    private string HowToGoOn => ReadsOnce
        ? "the same command works what is left here, then what its input brings"
        : "the same command goes on from here";

    private string Outcome() => settlement.Outcome switch
    {
        PipelineOutcome.Completed => "completed",
        PipelineOutcome.Drained => "drained",
        PipelineOutcome.Stalled => "stalled",
        PipelineOutcome.Halted => "halted",
        _ => "failed",
    };

    private string Allowance() => settlement.DeadLettered == 0 ? ""
        : deadLettersAllowed == long.MaxValue ? "  (all allowed)"
        : string.Create(CultureInfo.InvariantCulture, $"  ({deadLettersAllowed:N0} allowed)");
}
