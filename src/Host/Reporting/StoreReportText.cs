using System.Globalization;
using System.Text;
using AkkaPipeline.Storing;
using AkkaPipeline.Storing.Sqlite;

namespace AkkaPipeline.Host.Reporting;

/// <summary>What a store holds, for people.</summary>
internal static class StoreReportText
{
    private static readonly string[] Units = ["bytes", "KB", "MB", "GB", "TB"];

    /// <summary>All of it was read: whether it is sound, and the ledger that proves it.</summary>
    public static string OfVerified(StoreReport report)
    {
        var text = new StringBuilder();
        string verdict = report.Damage.Count == 0 ? "sound" : string.Create(CultureInfo.InvariantCulture, $"damaged, {report.Damage.Count:N0} times");
        text.AppendLine(CultureInfo.InvariantCulture, $"{TerminalText.Of(report.Path)}: {verdict}");
        AppendUse(text, report);
        foreach (QueueReport queue in report.Queues)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {TerminalText.Of(queue.Name)}: {Ledger(queue)}");
            AppendQuarantined(text, queue);
        }

        AppendHandovers(text, report);
        AppendDamage(text, report);
        return text.ToString();
    }

    /// <summary>Counts, ages and sizes.</summary>
    public static string OfInspected(StoreReport report, DateTimeOffset now)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{TerminalText.Of(report.Path)}: format {report.Format}, {Size(report)}");
        AppendUse(text, report);
        foreach (QueueReport queue in report.Queues)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{TerminalText.Of(queue.Name)}: opened {queue.Epoch:N0} times");
            Append(text, queue, now);
        }

        AppendHandovers(text, report);
        AppendDamage(text, report);
        return text.ToString();
    }

    /// <summary>A number of bytes as people write it.</summary>
    public static string Size(long bytes)
    {
        double size = bytes;
        int unit = 0;
        while (size >= 1000 && unit < Units.Length - 1)
        {
            size /= 1000;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{size:0.#} {Units[unit]}");
    }

    private static void AppendHandovers(StringBuilder text, StoreReport report)
    {
        foreach ((string name, long count) in report.Handovers)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  handover {TerminalText.Of(name)}: {count:N0} outputs to take");
        }
    }

    private static string Size(StoreReport report) =>
        $"{Size(report.FileBytes)} ({Size(report.FreeBytes)} of it free), log {Size(report.LogBytes)}";

    private static void AppendUse(StringBuilder text, StoreReport report)
    {
        if (report.InUse is { } owner)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  in use by {TerminalText.Of(owner)}: what is told is as it was at the moment of looking");
        }
    }

    private static string Ledger(QueueReport queue)
    {
        StoreCounts counts = queue.Counts;
        string balance = queue.Balances ? "=" : "≠";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"accepted {counts.Accepted:N0} {balance} acked {counts.Acked:N0} + dead-lettered {counts.DeadLettered:N0} + dropped {counts.Dropped:N0} + quarantined {counts.Quarantined:N0} + in rows {queue.InRows:N0} + alone {queue.Alone:N0}");
    }

    private static void Append(StringBuilder text, QueueReport queue, DateTimeOffset now)
    {
        StoreCounts counts = queue.Counts;
        Count(text, "accepted", counts.Accepted);
        Count(text, "acked", counts.Acked);
        Count(text, "dead-lettered", counts.DeadLettered, Kept(queue, now));
        Count(text, "dropped", counts.Dropped);
        Count(text, "quarantined", counts.Quarantined);
        Count(text, "left", counts.Left, Left(queue));
        Count(text, "  alone", queue.Alone, queue.NextDue is { } due ? $"  (the next is due {When(due, now)})" : "");
        Count(text, "retried", counts.Retried);
        Count(text, "put ids", queue.PutIds);
        AppendQuarantined(text, queue);
        foreach (StoredCheckpoint checkpoint in queue.Checkpoints)
        {
            Append(text, checkpoint);
        }
    }

    private static string Kept(QueueReport queue, DateTimeOffset now) => queue.OldestDeadLetter is { } oldest
        ? string.Create(CultureInfo.InvariantCulture, $"  ({queue.DeadLetters:N0} kept, the oldest from {When(oldest, now)})")
        : "";

    private static string Left(QueueReport queue) => queue.Rows == 0
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"  ({Size(queue.PayloadBytes)} in {queue.Rows:N0} rows, from number {queue.OldestSequence})");

    private static string When(DateTimeOffset time, DateTimeOffset now) =>
        time > now ? $"in {ReadableTime.Of(Whole(time - now))}" : $"{ReadableTime.Of(Whole(now - time))} ago";

    private static TimeSpan Whole(TimeSpan age) => TimeSpan.FromSeconds(Math.Floor(age.TotalSeconds));

    private static void Append(StringBuilder text, StoredCheckpoint checkpoint)
    {
        string above = checkpoint.Settled.Count == 0 ? "" : string.Create(
            CultureInfo.InvariantCulture, $", and {checkpoint.Settled.Sum(range => range.Count):N0} items behind it");
        if (checkpoint.Source != ReplaySetup.OfItems)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture, $"  {TerminalText.Of(checkpoint.Source)} is settled up to item {checkpoint.Watermark:N0}{above}");
        }
        else if (checkpoint.Position.Length > 0)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  of the source {checkpoint.Watermark:N0} items have been taken in");
        }

        foreach (var (name, length) in checkpoint.Outputs)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"    {TerminalText.Of(name)}: {length:N0} bytes are good");
        }
    }

    private static void AppendQuarantined(StringBuilder text, QueueReport queue)
    {
        if (queue.QuarantinedRows > 0)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture, $"  {queue.QuarantinedRows:N0} damaged rows were moved aside before (see the table quarantined)");
        }
    }

    private static void AppendDamage(StringBuilder text, StoreReport report)
    {
        foreach (StoreDamage damage in report.Damage)
        {
            string place = damage.Place is { } number ? string.Create(CultureInfo.InvariantCulture, $" {number}") : "";
            text.AppendLine(CultureInfo.InvariantCulture, $"  damaged: {damage.Table}{place}: {TerminalText.Of(damage.Why)}");
        }
    }

    private static void Count(StringBuilder text, string name, long count, string remark = "") =>
        text.AppendLine(CultureInfo.InvariantCulture, $"  {name,-13}  {count,13:N0}{remark}");
}
