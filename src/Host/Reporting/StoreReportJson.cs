using System.Text.Json;
using AkkaPipeline.Storing;
using AkkaPipeline.Storing.Sqlite;

namespace AkkaPipeline.Host.Reporting;

/// <summary>What a store holds, for programs.</summary>
internal static class StoreReportJson
{
    /// <param name="report">What was found.</param>
    /// <param name="isVerified">Whether all of it was read, so that it can be called sound.</param>
    public static string Of(StoreReport report, bool isVerified) => JsonText.Line(json =>
    {
        json.WriteString("store"u8, report.Path);
        json.WriteNumber("format"u8, report.Format);
        json.WriteString("inUse"u8, report.InUse);
        if (isVerified)
        {
            json.WriteBoolean("sound"u8, report.Damage.Count == 0);
        }

        json.WriteNumber("fileBytes"u8, report.FileBytes);
        json.WriteNumber("logBytes"u8, report.LogBytes);
        json.WriteNumber("freeBytes"u8, report.FreeBytes);
        json.WriteStartArray("queues"u8);
        foreach (QueueReport queue in report.Queues)
        {
            Write(json, queue);
        }

        json.WriteEndArray();
        json.WriteStartObject("handovers"u8);
        foreach ((string name, long count) in report.Handovers)
        {
            json.WriteNumber(name, count);
        }

        json.WriteEndObject();
        json.WriteStartArray("damage"u8);
        foreach (StoreDamage damage in report.Damage)
        {
            json.WriteStartObject();
            json.WriteString("table"u8, damage.Table);
            json.WriteNumberOrNull("place", damage.Place);
            json.WriteString("why"u8, damage.Why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static void Write(Utf8JsonWriter json, QueueReport queue)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, queue.Name);
        json.WriteString("instance"u8, queue.Instance);
        json.WriteNumber("epoch"u8, queue.Epoch);
        json.WriteNumber("accepted"u8, queue.Counts.Accepted);
        json.WriteNumber("acked"u8, queue.Counts.Acked);
        json.WriteNumber("deadLettered"u8, queue.Counts.DeadLettered);
        json.WriteNumber("dropped"u8, queue.Counts.Dropped);
        json.WriteNumber("quarantined"u8, queue.Counts.Quarantined);
        json.WriteNumber("left"u8, queue.Counts.Left);
        json.WriteNumber("inRows"u8, queue.InRows);
        json.WriteNumber("alone"u8, queue.Alone);
        json.WriteBoolean("balances"u8, queue.Balances);
        json.WriteNumber("retried"u8, queue.Counts.Retried);
        json.WriteNumber("lastSequence"u8, queue.Counts.LastSequence);
        json.WriteNumberOrNull("oldestSequence", queue.OldestSequence);
        json.WriteNumber("rows"u8, queue.Rows);
        json.WriteNumber("payloadBytes"u8, queue.PayloadBytes);
        json.WriteNumber("deadLettersKept"u8, queue.DeadLetters);
        json.WriteTime("oldestDeadLetter", queue.OldestDeadLetter);
        json.WriteTime("nextDue", queue.NextDue);
        json.WriteNumber("putIds"u8, queue.PutIds);
        json.WriteNumber("quarantinedRows"u8, queue.QuarantinedRows);
        json.WriteStartArray("checkpoints"u8);
        foreach (StoredCheckpoint checkpoint in queue.Checkpoints)
        {
            Write(json, checkpoint);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, StoredCheckpoint checkpoint)
    {
        json.WriteStartObject();
        json.WriteString("source"u8, checkpoint.Source);
        json.WriteNumber("watermark"u8, checkpoint.Watermark);
        json.WriteNumber("settledAbove"u8, checkpoint.Settled.Sum(range => range.Count));
        json.WriteString("position"u8, checkpoint.Position);
        json.WriteStartObject("outputs"u8);
        foreach (var (name, length) in checkpoint.Outputs)
        {
            json.WriteNumber(name, length);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
