using System.Text;
using AkkaPipeline.Host.Sources;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Host.Tests.Sources;

public class LineSplitterTests
{
    [Fact]
    public void Nothing_has_no_lines() => Assert.Empty(Split(""));

    [Fact]
    public void The_last_line_needs_no_line_feed()
    {
        Assert.Equal(["one", "two"], Texts(Split("one\ntwo\n")));
        Assert.Equal(["one", "two"], Texts(Split("one\ntwo")));
    }

    [Fact]
    public void An_empty_line_is_a_line() => Assert.Equal(["", "", "x", ""], Texts(Split("\n\nx\n\n")));

    [Fact]
    public void A_carriage_return_before_a_line_feed_is_no_content() =>
        Assert.Equal(["one", "t\rwo", "\r", "end\r"], Texts(Split("one\r\nt\rwo\n\r\r\nend\r")));

    [Fact]
    public void Lines_know_their_number_and_their_offset()
    {
        List<SeenLine> lines = Split("one\r\n\ntwo", blockBytes: 16);

        Assert.Equal([1L, 2L, 3L], lines.Select(line => line.Number));
        Assert.Equal([0L, 5L, 6L], lines.Select(line => line.Offset));
    }

    [Fact]
    public void A_byte_order_mark_is_no_content_but_counts_in_offsets()
    {
        SeenLine line = Assert.Single(Split("\uFEFFone", readBytes: 1));

        Assert.Equal("one", line.Text);
        Assert.Equal(3, line.Offset);
    }

    [Fact]
    public void A_file_of_a_byte_order_mark_only_has_no_lines() => Assert.Empty(Split("\uFEFF"));

    [Fact]
    public void A_byte_order_mark_later_on_is_content() =>
        Assert.Equal(["a", "\uFEFFb"], Texts(Split("a\n\uFEFFb")));

    [Fact]
    public void Part_of_a_byte_order_mark_is_content()
    {
        byte[] part = [0xEF, 0xBB];

        SeenLine line = Assert.Single(Split(part, 16, 100, 1));

        Assert.Equal(part, line.Bytes);
    }

    [Fact]
    public void A_line_as_long_as_the_bound_is_whole()
    {
        string line = new('x', 100);

        Assert.All(
            Split($"{line}\r\n{line}\n{line}", lineBytesMax: 100),
            seen => Assert.Equal((false, line), (seen.IsTooLong, seen.Text)));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("")]
    public void A_line_longer_than_the_bound_comes_with_its_first_bytes(string lineEnd)
    {
        string text = new('x', 101);

        List<SeenLine> lines = Split($"first\n{text}{lineEnd}", lineBytesMax: 100);

        Assert.Equal((false, "first"), (lines[0].IsTooLong, lines[0].Text));
        Assert.Equal((true, 101, text[..100]), (lines[1].IsTooLong, lines[1].FullLength, lines[1].Text));
        Assert.Equal((2, 6), (lines[1].Number, lines[1].Offset));
    }

    [Fact]
    public void Reading_goes_on_behind_a_line_that_is_too_long()
    {
        List<SeenLine> lines = Split(new string('x', 5_000) + "\nnext\n", lineBytesMax: 100);

        Assert.Equal((true, 5_000), (lines[0].IsTooLong, lines[0].FullLength));
        Assert.Equal(("next", 2, 5_001), (lines[1].Text, lines[1].Number, lines[1].Offset));
    }

    [Fact]
    public void A_line_without_end_takes_no_memory_without_end()
    {
        var splitter = new LineSplitter(blockBytes: 64 * 1024, lineBytesMax: 1024 * 1024);
        int roomMax = 0;
        for (long read = 0; read < 256L << 20;)
        {
            Memory<byte> room = splitter.Room();
            roomMax = Math.Max(roomMax, room.Length);
            room.Span.Fill((byte)'x');
            read += room.Length;
            splitter.Filled(room.Length);
            Assert.False(splitter.TryTake(out _));
        }

        splitter.End();

        Assert.True(splitter.TryTake(out LogLine line));
        Assert.True(line.FullLength >= 256L << 20);
        Assert.Equal(LineSplitter.KeptBytesMax, line.Bytes.Length);
        Assert.True(roomMax <= 2 * 1024 * 1024 + 2, $"one block had room for {roomMax} bytes");
    }

    [Fact]
    public void However_the_bytes_arrive_the_lines_are_those_of_a_plain_split()
    {
        Gen<string> text = Gen.OneOf("\n", "\r\n", "\r", "x", "yy", "é", "\uFEFF", new string('z', 20)).Array[0, 60]
            .Select(string.Concat);
        Gen.Select(text, Gen.Int[16, 70], Gen.Int[1, 60], Gen.Int[1, 70]).Sample((input, blockBytes, lineBytesMax, readBytes) =>
        {
            byte[] bytes = Encoding.UTF8.GetBytes(input);

            List<SeenLine> lines = Split(bytes, blockBytes, lineBytesMax, readBytes);

            List<(byte[] Text, long Offset)> expected = PlainSplit(bytes);
            Assert.Equal(expected.Select(line => line.Offset), lines.Select(line => line.Offset));
            Assert.Equal(expected.Select(line => (long)line.Text.Length), lines.Select(line => line.FullLength));
            Assert.Equal(expected.Select(line => line.Text.Length > lineBytesMax), lines.Select(line => line.IsTooLong));
            Assert.Equal(expected.Select(line => line.Text.Take(lineBytesMax)), lines.Select(line => line.Bytes));
            Assert.Equal(Enumerable.Range(1, lines.Count).Select(number => (long)number), lines.Select(line => line.Number));
        });
    }

    private static List<(byte[] Text, long Offset)> PlainSplit(byte[] bytes)
    {
        var lines = new List<(byte[], long)>();
        int start = bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        while (start < bytes.Length)
        {
            int lineFeed = Array.IndexOf(bytes, (byte)'\n', start);
            int end = lineFeed < 0 ? bytes.Length : lineFeed;
            int textEnd = lineFeed > start && bytes[lineFeed - 1] == '\r' ? end - 1 : end;
            lines.Add((bytes[start..textEnd], start));
            start = end + 1;
        }

        return lines;
    }

    private static List<SeenLine> Split(string text, int blockBytes = 64, int lineBytesMax = 1000, int readBytes = 1000) =>
        Split(Encoding.UTF8.GetBytes(text), blockBytes, lineBytesMax, readBytes);

    private static List<SeenLine> Split(byte[] bytes, int blockBytes, int lineBytesMax, int readBytes)
    {
        var splitter = new LineSplitter(blockBytes, lineBytesMax);
        var lines = new List<LogLine>();
        int position = 0;
        while (true)
        {
            while (splitter.TryTake(out LogLine line))
            {
                lines.Add(line);
            }

            if (splitter.Ended)
            {
                // Looked at only now: what was read later must not have touched earlier lines.
                return lines.ConvertAll(line => new SeenLine(line));
            }

            Memory<byte> room = splitter.Room();
            int count = Math.Min(Math.Min(room.Length, readBytes), bytes.Length - position);
            bytes.AsMemory(position, count).CopyTo(room);
            position += count;
            if (count == 0)
            {
                splitter.End();
            }
            else
            {
                splitter.Filled(count);
            }
        }
    }

    private static IEnumerable<string> Texts(List<SeenLine> lines) => lines.Select(line => line.Text);

    private sealed class SeenLine(LogLine line)
    {
        public byte[] Bytes { get; } = line.Bytes.ToArray();

        public long Number { get; } = line.Number;

        public long Offset { get; } = line.Offset;

        public bool IsTooLong { get; } = line.IsTooLong;

        public long FullLength { get; } = line.FullLength;

        public string Text => Encoding.UTF8.GetString(Bytes);
    }
}
