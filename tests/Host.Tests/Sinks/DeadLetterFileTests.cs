using System.Text;
using System.Text.Json;
using AkkaPipeline.Host.Sinks;
using AkkaPipeline.Host.Sources;
using Xunit;

namespace AkkaPipeline.Host.Tests.Sinks;

public sealed class DeadLetterFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_rejected_line_is_told_with_its_place_and_its_reason()
    {
        Assert.Equal(
            """{"pipeline":"access-log","source":"in/access.log","line":7,"offset":123,"attempts":1,"reason":"it is cut","cause":"attempts-used-up","history":[{"attempt":1,"at":"1970-01-01T00:00:00+00:00","seconds":0.25,"error":"System.FormatException","message":"it is cut"}],"raw":"a \"cut\" line\t\u0001 é \\x16"}""" + "\n",
            await Write(Rejected(LogLine.Of(Encoding.UTF8.GetBytes("a \"cut\" line\t\u0001 é \\x16"), 7, 123))));
    }

    [Fact]
    public async Task Bytes_that_are_not_text_are_kept_as_base64()
    {
        byte[] bytes = [(byte)'a', 0xFF, 0xFE, (byte)'\n'];

        using var line = JsonDocument.Parse(await Write(Rejected(LogLine.Of(bytes))));

        Assert.Equal(bytes, line.RootElement.GetProperty("rawBase64").GetBytesFromBase64());
        Assert.False(line.RootElement.TryGetProperty("raw", out _));
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_kept_up_to_its_last_whole_character()
    {
        var splitter = new LineSplitter(blockBytes: 64, lineBytesMax: 4);
        byte[] bytes = Encoding.UTF8.GetBytes("abcé and more\n");
        bytes.CopyTo(splitter.Room());
        splitter.Filled(bytes.Length);
        Assert.True(splitter.TryTake(out LogLine tooLong));

        using var line = JsonDocument.Parse(await Write(Rejected(tooLong)));

        Assert.Equal("abc", line.RootElement.GetProperty("raw").GetString());
    }

    [Fact]
    public async Task A_reason_of_many_lines_becomes_one()
    {
        string json = await Write(Rejected(LogLine.Of([]), "one\r\ntwo\nthree"));

        Assert.Contains("\"reason\":\"one two three\"", json, StringComparison.Ordinal);
        Assert.Contains("\"message\":\"one two three\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rejects_are_appended_batch_by_batch()
    {
        DeadLetterFile sink = Open();
        await sink.WriteAsync(Batch(Rejected(LogLine.Of("a"u8.ToArray(), 1)), Rejected(LogLine.Of("b"u8.ToArray(), 2))), default);
        await sink.WriteAsync(Batch(Rejected(LogLine.Of("c"u8.ToArray(), 3))), default);
        await sink.CloseAsync(SinkEnding.Interrupted, default);

        Assert.True(sink.IsNeeded);
        Assert.Equal(
            ["a", "b", "c"],
            (await File.ReadAllLinesAsync(folder["rejected.jsonl"])).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("raw").GetString()));
    }

    [Fact]
    public async Task Without_rejects_there_is_no_file_not_even_one_of_an_earlier_run()
    {
        await File.WriteAllTextAsync(folder["rejected.jsonl"], "of an earlier run\n");

        DeadLetterFile sink = Open();
        await sink.WriteAsync(Batch(), default);
        await sink.CloseAsync(SinkEnding.Complete, default);

        Assert.False(sink.IsNeeded);
        Assert.Empty(folder.Names);
    }

    [Fact]
    public void A_directory_is_refused_at_once() => Assert.StartsWith(
        "Cannot use '",
        Assert.Throws<BrokenSinkException>(() => DeadLetterFile.Open("p", "s", folder[""])).Message,
        StringComparison.Ordinal);

    private DeadLetterFile Open() => DeadLetterFile.Open("access-log", "in/access.log", folder["rejected.jsonl"]);

    private async Task<string> Write(DeadLetteredItem<LogLine> item)
    {
        DeadLetterFile sink = Open();
        await sink.WriteAsync(Batch(item), default);
        await sink.CloseAsync(SinkEnding.Complete, default);
        return await File.ReadAllTextAsync(folder["rejected.jsonl"]);
    }

    private static DeadLetteredItem<LogLine> Rejected(LogLine line, string reason = "it is cut") =>
        new()
        {
            Item = line,
            Id = "id",
            Sequence = line.Number,
            Cause = DeadLetterCause.AttemptsUsedUp,
            Reason = reason,
            Attempts = [new FailedAttempt(1, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(0.25), AttemptError.Of(new FormatException(reason)))],
            At = DateTimeOffset.UnixEpoch,
        };

    private static Batch<DeadLetteredItem<LogLine>> Batch(params DeadLetteredItem<LogLine>[] items) =>
        new(items, BatchClosedBy.Ready);
}
