using System.Text;
using AkkaPipeline.Host.Parsing;
using AkkaPipeline.Host.Sources;
using Xunit;

namespace AkkaPipeline.Host.Tests.Parsing;

public class ParseCombinedLogTests
{
    [Fact]
    public void Earlier_outputs_stay_as_they_were()
    {
        var outputs = new List<(ReadOnlyMemory<byte> Output, string Text)>();
        for (int number = 0; number < 2_000; number++)
        {
            ReadOnlyMemory<byte> output = ParseCombinedLog.Convert(Line($"/{number}"));
            outputs.Add((output, Encoding.UTF8.GetString(output.Span)));
        }

        Assert.All(outputs, pair => Assert.Equal(pair.Text, Encoding.UTF8.GetString(pair.Output.Span)));
    }

    [Fact]
    public void A_long_line_of_nothing_but_escapes_fits()
    {
        ReadOnlyMemory<byte> output = ParseCombinedLog.Convert(Line(new string('\u0001', 500_000)));

        Assert.True(output.Length > 3_000_000);
    }

    [Fact]
    public void A_line_costs_little_more_than_its_output()
    {
        LogLine line = Line("/some/path");
        int length = ParseCombinedLog.Convert(line).Length;
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int count = 0; count < 10_000; count++)
        {
            ParseCombinedLog.Convert(line);
        }

        double perLine = (GC.GetAllocatedBytesForCurrentThread() - before) / 10_000.0;
        Assert.True(perLine < length * 1.1, $"{perLine} bytes a line for {length} bytes of JSON");
    }

    [Fact]
    public void A_line_that_is_too_long_fails_with_its_length()
    {
        var splitter = new LineSplitter(blockBytes: 64, lineBytesMax: 10);
        "longer than ten bytes\n"u8.CopyTo(splitter.Room().Span);
        splitter.Filled(22);
        Assert.True(splitter.TryTake(out LogLine line));

        Assert.Equal(
            "the line is too long: 21 bytes, more than the 1048576 that are kept",
            Assert.Throws<MalformedLineException>(() => ParseCombinedLog.Convert(line)).Message);
    }

    private static LogLine Line(string path) => LogLine.Of(Encoding.UTF8.GetBytes(
        $"""
        ::1 - - [17/May/2015:10:05:03 +0000] "GET {path} HTTP/1.1" 200 2 "-" "-"
        """));
}
