using System.Text;
using AkkaPipeline.Host.Sources;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Host.Tests.Sources;

public sealed class ReplayableFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Source => folder["in.log"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void From_any_line_on_the_rest_is_the_rest_of_the_file() =>
        Gen.Select(Gen.Int[0, 90_000].List[1, 12], Gen.Int[0, 4000], Gen.Bool, Gen.Int).Sample((lengths, lines, endsOpen, seed) =>
        {
            var random = new Random(seed);
            string[] all = [.. lengths.Select(length => new string('x', length)), .. Enumerable.Range(0, lines).Select(number => $"line {number}")];
            random.Shuffle(all);
            File.WriteAllText(Source, string.Join('\n', all) + (endsOpen && all[^1].Length > 0 ? "" : "\n"));
            int watermark = random.Next(all.Length + 1);
            string position = Read(all.Length, watermark).Position;

            var resumed = new ReplayableFile(Source, lineBytesMax: 70_000);
            resumed.ResumeAt(position, watermark);

            Assert.Equal(all.Skip(watermark).Select(Cut), resumed.Texts());
        }, iter: 60, threads: 1);

    [Fact]
    public void Numbers_and_offsets_are_those_of_the_whole_file()
    {
        Write(Lines(20_000));
        string position = Read(20_000, 12_345).Position;
        var resumed = new ReplayableFile(Source);
        resumed.ResumeAt(position, 12_345);

        var all = new FileLines(Source).ToBlockingEnumerable().Skip(12_345).Select(line => (line.Number, line.Offset));
        Assert.Equal(all, resumed.ToBlockingEnumerable().Select(line => (line.Number, line.Offset)));
    }

    [Fact]
    public void What_was_forgotten_is_not_needed_any_more()
    {
        Write(Lines(50_000));
        (ReplayableFile source, _) = Read(40_000, 0);
        source.Forget(30_000);
        string position = source.PositionAt(30_000);
        var resumed = new ReplayableFile(Source);
        resumed.ResumeAt(position, 30_000);

        Assert.Equal("line 30000", resumed.Texts().First());
    }

    [Fact]
    public void A_resumed_file_is_resumed_again()
    {
        Write(Lines(300_000));
        string position = Read(150_000, 100_000).Position;
        var second = new ReplayableFile(Source);
        second.ResumeAt(position, 100_000);
        Assert.Equal(150_000, second.ToBlockingEnumerable().Take(150_000).Count());
        position = second.PositionAt(240_000);
        Touch();
        var third = new ReplayableFile(Source);
        third.ResumeAt(position, 240_000);

        Assert.Equal(Enumerable.Range(240_000, 60_000).Select(number => $"line {number}"), third.Texts());
    }

    [Fact]
    public void A_file_that_has_grown_is_read_on()
    {
        Write(Lines(20_000));
        string position = Read(20_000, 20_000).Position;
        File.AppendAllText(Source, "new\n");
        var resumed = new ReplayableFile(Source);
        resumed.ResumeAt(position, 20_000);

        Assert.Equal(["new"], resumed.Texts());
    }

    [Fact]
    public void A_file_that_is_the_same_by_another_name_and_time_is_read_on()
    {
        Write(Lines(20_000));
        string position = Read(20_000, 10_000).Position;
        File.Copy(Source, folder["copy"]);
        File.Move(folder["copy"], Source, overwrite: true);
        var resumed = new ReplayableFile(Source);
        resumed.ResumeAt(position, 10_000);

        Assert.Equal("line 10000", resumed.Texts().First());
    }

    [Theory]
    [InlineData(0, "between bytes 0 and 1,048,576", "region 1 of")]
    [InlineData(1_500_000, "between bytes 1,048,576 and 2,097,152", "region 2 of")]
    [InlineData(2_100_000, "between bytes 2,097,152 and 2,", "region 3 of")]
    public void A_file_in_which_a_byte_is_another_is_refused_and_it_is_told_where(int at, string where, string region)
    {
        Write(Lines(200_000));
        string position = Read(200_000, 199_000).Position;
        using (FileStream file = File.OpenWrite(Source))
        {
            file.Position = at;
            file.WriteByte((byte)'#');
        }

        string told = Refusal(position, 199_000);
        Assert.Contains(where, told, StringComparison.Ordinal);
        Assert.Contains(region, told, StringComparison.Ordinal);
        Assert.Contains("--restart", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_small_file_that_was_edited_is_refused()
    {
        Write("one\ntwo\nthree\n");
        string position = Read(3, 2).Position;
        Write("one\nTWO\nthree\n");

        Assert.Contains("between bytes 0 and", Refusal(position, 2), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_shorter_is_refused()
    {
        Write(Lines(20_000));
        string position = Read(20_000, 20_000).Position;
        Write(Lines(10_000));

        Assert.Contains("it is shorter: 98,890 bytes", Refusal(position, 20_000), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_is_still_open_at_the_end_is_not_firm_and_comes_again_as_it_is_then()
    {
        Write("one\ntwo\nthr");
        (ReplayableFile source, string position) = Read(3, 2);
        Assert.Equal(2, source.FirmBelow);
        File.AppendAllText(Source, "ee\nfour\n");
        var resumed = new ReplayableFile(Source);
        resumed.ResumeAt(position, 2);

        Assert.Equal(["three", "four"], resumed.Texts());
        Assert.Equal(long.MaxValue, resumed.FirmBelow);
    }

    [Theory]
    [InlineData("\nfour\n", false)]
    [InlineData("\r\nfour\n", false)]
    [InlineData("ee\nfour\n", true)]
    public void An_open_line_that_was_done_at_the_end_may_be_ended_but_not_grow(string more, bool refused)
    {
        Write("one\ntwo\nthr");
        string position = Read(3, 3).Position;
        File.AppendAllText(Source, more);

        if (refused)
        {
            Assert.Contains("its last line had no line end", Refusal(position, 3), StringComparison.Ordinal);
        }
        else
        {
            var resumed = new ReplayableFile(Source);
            resumed.ResumeAt(position, 3);
            Assert.Equal(["four"], resumed.Texts());
        }
    }

    [Fact]
    public void A_file_that_nobody_has_touched_is_not_read_again()
    {
        Write(Lines(200_000));
        var position = FilePosition.Parse(Read(200_000, 199_000).Position);
        var resumed = new ReplayableFile(Source);
        resumed.ResumeAt((position with { Regions = [0, 0] }).ToString(), 199_000);

        Assert.Equal("line 199000", resumed.Texts().First());
    }

    [Fact]
    public void A_resumed_file_that_has_read_nothing_yet_is_where_it_was()
    {
        Write("one\ntwo\nthree\n");
        string position = Read(3, 2).Position;
        var resumed = new ReplayableFile(Source);
        resumed.ResumeAt(position, 2);
        position = resumed.PositionAt(2);
        Write("one\nTWO\nthree\n");

        Assert.Contains("between bytes 0 and", Refusal(position, 2), StringComparison.Ordinal);
    }

    [Fact]
    public void A_position_in_another_form_is_refused() =>
        Assert.Contains("--restart", Refusal("content-1 lines=3", 3), StringComparison.Ordinal);

    [Fact]
    public void Nothing_read_is_a_position_too()
    {
        Write("one\n");
        string position = new ReplayableFile(Source).PositionAt(0);
        var resumed = new ReplayableFile(Source);
        resumed.ResumeAt(position, 0);

        Assert.Equal(["one"], resumed.Texts());
    }

    private static string Lines(int count) => string.Concat(Enumerable.Range(0, count).Select(number => $"line {number}\n"));

    private static string Cut(string line) => line.Length <= 70_000 ? line : line[..LineSplitter.KeptBytesMax];

    private void Write(string text) => File.WriteAllText(Source, text);

    private void Touch() => File.SetLastWriteTimeUtc(Source, DateTime.UnixEpoch);

    /// <summary>Reads so many lines, and then asks where one of them is.</summary>
    private (ReplayableFile Source, string Position) Read(int count, int number)
    {
        var source = new ReplayableFile(Source, lineBytesMax: 70_000);
        Assert.Equal(count, source.ToBlockingEnumerable().Take(count).Count());
        return (source, source.PositionAt(number));
    }

    private string Refusal(string position, long number)
    {
        Write(File.Exists(Source) ? File.ReadAllText(Source) : "");
        return Assert.Throws<SourceChangedException>(() => new ReplayableFile(Source).ResumeAt(position, number)).Message;
    }
}

internal static class LineTexts
{
    public static IEnumerable<string> Texts(this IAsyncEnumerable<LogLine> lines) =>
        lines.ToBlockingEnumerable().Select(line => Encoding.UTF8.GetString(line.Bytes));
}
