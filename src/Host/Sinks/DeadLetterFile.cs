using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using AkkaPipeline.Host.Sources;

namespace AkkaPipeline.Host.Sinks;

/// <summary>
/// Rejected lines as JSON lines, each with where it stood and why it was rejected. The file is there only if there was
/// a rejected line in this job: one of an earlier job goes when the job begins, so that no crash can make its rejects
/// pass for this job's.
/// </summary>
internal sealed class DeadLetterFile : IBatchSink<DeadLetteredItem<LogLine>>, IResumableSink
{
    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string pipeline;
    private readonly string source;
    private readonly string path;
    private readonly ArrayBufferWriter<byte> lines = new();
    private WholeLinesFile? file;

    private DeadLetterFile(string pipeline, string source, string path)
    {
        this.pipeline = pipeline;
        this.source = source;
        this.path = path;
    }

    /// <summary>Whether a line was rejected in this job, so that the file is there.</summary>
    public bool IsNeeded => file is not null;

    public long Length => file?.Length ?? 0;

    /// <param name="pipeline">The pipeline's name, for each line's <c>pipeline</c>.</param>
    /// <param name="source">What the lines were read from, for each line's <c>source</c>.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="BrokenSinkException">An earlier run's file cannot be removed, or the folder not be made.</exception>
    public static DeadLetterFile Open(string pipeline, string source, string path)
    {
        DeadLetterFile opened = ToResume(pipeline, source, path);
        opened.Clear();
        return opened;
    }

    /// <summary>As <see cref="Open"/>, but touches nothing before <see cref="ResumeAsync"/>.</summary>
    public static DeadLetterFile ToResume(string pipeline, string source, string path)
    {
        RegularFile.Expect(path, "dead letters");
        return new DeadLetterFile(pipeline, source, path);
    }

    public ValueTask ResumeAsync(long length, CancellationToken cancellationToken)
    {
        if (length == 0)
        {
            Clear();
        }
        else
        {
            file = WholeLinesFile.OpenAt(path, length);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask SyncAsync(CancellationToken cancellationToken)
    {
        Volatile.Read(ref file)?.Sync();
        return ValueTask.CompletedTask;
    }

    public ValueTask<BatchResult> WriteAsync(Batch<DeadLetteredItem<LogLine>> batch, CancellationToken cancellationToken)
    {
        if (batch.Count == 0)
        {
            return ValueTask.FromResult(BatchResult.Written);
        }

        file ??= WholeLinesFile.Create(path);
        using var json = new Utf8JsonWriter(lines, Format);
        foreach (DeadLetteredItem<LogLine> item in batch.Outputs.Span)
        {
            lines.ResetWrittenCount();
            json.Reset();
            WriteLine(json, item);
            lines.Write("\n"u8);
            file.Append(lines.WrittenSpan);
        }

        file.Commit();
        return ValueTask.FromResult(BatchResult.Written);
    }

    public ValueTask CloseAsync(SinkEnding ending, CancellationToken cancellationToken)
    {
        file?.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Clear()
    {
        try
        {
            WholeLinesFile.CreateFolder(path);
            File.Delete(path);
        }
        catch (Exception exception) when (FileTrouble.Is(exception))
        {
            throw new BrokenSinkException(
                $"Cannot use '{path}' for dead letters: {FileTrouble.Cause(exception)} Check the path and its permissions.", exception);
        }
    }

    private void WriteLine(Utf8JsonWriter json, DeadLetteredItem<LogLine> item)
    {
        json.WriteStartObject();
        json.WriteString("pipeline"u8, pipeline);
        json.WriteString("source"u8, source);
        json.WriteNumber("line"u8, item.Item.Number);
        json.WriteNumber("offset"u8, item.Item.Offset);
        json.WriteNumber("attempts"u8, item.Attempts.Count);
        json.WriteString("reason"u8, item.Reason.ReplaceLineEndings(" "));
        json.WriteString("cause"u8, NameOf(item.Cause));
        if (item.Key is { } key)
        {
            json.WriteString("key"u8, key);
        }

        WriteHistory(json, item.Attempts);
        WriteRaw(json, item.Item);
        json.WriteEndObject();
        json.Flush();
    }

    private static string NameOf(DeadLetterCause cause) => cause switch
    {
        DeadLetterCause.AttemptsUsedUp => "attempts-used-up",
        DeadLetterCause.NotRetried => "not-retried",
        DeadLetterCause.Rejected => "rejected",
        DeadLetterCause.KeyParked => "key-parked",
        _ => cause.ToString(),
    };

    private static void WriteHistory(Utf8JsonWriter json, IReadOnlyList<FailedAttempt> attempts)
    {
        json.WriteStartArray("history"u8);
        foreach (FailedAttempt attempt in attempts)
        {
            json.WriteStartObject();
            json.WriteNumber("attempt"u8, attempt.Number);
            json.WriteString("at"u8, attempt.StartedAt);
            json.WriteNumber("seconds"u8, Math.Round(attempt.Duration.TotalSeconds, 6));
            json.WriteString("error"u8, attempt.Error.Type);
            json.WriteString("message"u8, attempt.Error.Message.ReplaceLineEndings(" "));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRaw(Utf8JsonWriter json, LogLine line)
    {
        ReadOnlySpan<byte> raw = line.IsTooLong ? WithoutCutCharacter(line.Bytes) : line.Bytes;
        if (Utf8.IsValid(raw))
        {
            json.WriteString("raw"u8, raw);
        }
        else
        {
            json.WriteBase64String("rawBase64"u8, line.Bytes);
        }
    }

    /// <summary>The kept part of a too long line may end in the middle of a character; that alone makes it no binary.</summary>
    private static ReadOnlySpan<byte> WithoutCutCharacter(ReadOnlySpan<byte> kept) =>
        Rune.DecodeLastFromUtf8(kept, out _, out int length) == OperationStatus.NeedMoreData ? kept[..^length] : kept;
}
