using System.Text;
using AkkaPipeline.Host.Commands;
using AkkaPipeline.Host.Parsing;
using AkkaPipeline.Host.Samples;
using AkkaPipeline.Host.Sources;
using Xunit;

namespace AkkaPipeline.Host.Tests.Samples;

public class AccessLogGeneratorTests
{
    [Fact]
    public void The_sample_in_the_repository_is_what_the_generator_makes() => Assert.Equal(
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "samples", "access.log")),
        Generate(lines: 5_000, seed: 1));

    [Fact]
    public void Another_seed_makes_another_log() => Assert.NotEqual(Generate(100, seed: 1), Generate(100, seed: 2));

    [Fact]
    public void A_shorter_log_is_the_start_of_a_longer_one()
    {
        byte[] longer = Generate(2_000, seed: 7);

        Assert.True(longer.AsSpan().StartsWith(Generate(1_000, seed: 7)));
    }

    [Fact]
    public void No_lines_are_no_bytes() => Assert.Empty(Generate(0, seed: 1));

    [Fact]
    public void About_one_line_in_two_hundred_is_malformed_in_the_ways_of_real_logs()
    {
        var reasons = new List<string>();
        List<byte[]> lines = Lines(Generate(100_000, seed: 1));
        foreach (byte[] line in lines)
        {
            try
            {
                ParseCombinedLog.Convert(LogLine.Of(line));
            }
            catch (MalformedLineException malformed)
            {
                reasons.Add(malformed.Message);
            }
        }

        Assert.Equal(100_000, lines.Count);
        Assert.InRange(reasons.Count, 400, 600);
        Assert.Contains(reasons, reason => reason.EndsWith("not valid UTF-8", StringComparison.Ordinal));
        Assert.Contains(reasons, reason => reason.EndsWith("more follows after its closing quote", StringComparison.Ordinal));
        Assert.Contains(reasons, reason => reason.EndsWith("the line ends in it", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("2001:db8:", 0.02)]
    [InlineData(".example.", 0.01)]
    [InlineData(" 304 - ", 0.02)]
    [InlineData("\"-\" 408 - ", 0.001)]
    [InlineData("\\x16\\x03", 0.001)]
    [InlineData("\\\"escaped\\\"", 0.001)]
    public void Unusual_lines_that_are_valid_are_among_them(string part, double shareAtLeast)
    {
        string[] lines = Encoding.Latin1.GetString(Generate(20_000, seed: 3)).Split('\n');

        Assert.True(lines.Count(line => line.Contains(part, StringComparison.Ordinal)) >= shareAtLeast * lines.Length);
    }

    [Fact]
    public void Time_never_goes_back()
    {
        DateTimeOffset last = default;
        foreach (byte[] line in Lines(Generate(20_000, seed: 1)))
        {
            string text = Encoding.Latin1.GetString(line);
            int bracket = text.IndexOf('[', StringComparison.Ordinal);
            if (bracket >= 0 && text.Length > bracket + 28)
            {
                var time = DateTimeOffset.ParseExact(
                    text.Substring(bracket + 1, 20), "dd/MMM/yyyy:HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture,
                    System.Globalization.DateTimeStyles.AssumeUniversal);
                Assert.True(time >= last);
                last = time;
            }
        }
    }

    [Fact]
    public void No_line_is_longer_than_promised() =>
        Assert.All(Lines(Generate(20_000, seed: 5)), line => Assert.True(line.Length < AccessLogGenerator.LineBytesMax / 2));

    private static byte[] Generate(long lines, ulong seed)
    {
        using var output = new MemoryStream();
        SampleCommand.Write(new SampleArguments(lines, seed), output);
        return output.ToArray();
    }

    private static List<byte[]> Lines(byte[] log)
    {
        var lines = new List<byte[]>();
        foreach (Range range in log.AsSpan().Split((byte)'\n'))
        {
            lines.Add(log[range]);
        }

        Assert.Empty(lines[^1]);
        lines.RemoveAt(lines.Count - 1);
        return lines;
    }
}
