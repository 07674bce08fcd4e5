using System.Diagnostics;
using System.Globalization;
using System.Text;
using AkkaPipeline.Configuring;
using Xunit;

namespace AkkaPipeline.Tests.Configuring;

/// <summary>Texts made to overflow, hang or fill the memory; each must end soon with a fault that says why.</summary>
public sealed class HoconLimitsTests
{
    private const int Many = 100_000;

    /// <summary>Far above what they take (milliseconds); only a hang or an explosion gets there.</summary>
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(10);

    public static TheoryData<string, string> Nested => new()
    {
        { "{", "is not closed" },
        { "[", "a key is expected" },
        { "a{", "levels" },
        { "a={", "levels" },
        { "a=[", "not closed" },
        { "a.", "empty name" },
        { "a.b", "more than 100 names" },
        { "a={b=[", "not closed" },
        { "a=${", "needs a path" },
        { "a=${?", "needs a path" },
        { "\"", "" },
        { "\"\"\"", "" },
        { "\"\"\" ", "" },
        { "}", "closes nothing" },
        { "]", "closes nothing" },
        { ",", "follows no value" },
        { "=", "a key is expected" },
        { "\\", "cannot stand here" },
        { "+=", "a key is expected" },
        { "a=[\n", "not closed" },
        { "a=[b\n", "not closed" },
        { "a=\n", "has no value" },
        { "a\n", "has no value" },
        { "a b\n", "has no value" },
        { "a=[{b=", "" },
        { "include ", "file name" },
        { "include \"t.conf\"\n", "" },
        { "include \"t.conf\", ", "" },
    };

    [Theory]
    [MemberData(nameof(Nested))]
    public void A_hundred_thousand_repetitions_are_a_fault_and_no_crash(string piece, string phrase)
    {
        string text = string.Concat(Enumerable.Repeat(piece, Many));

        Assert.Contains(phrase, FaultsInTime(text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a = [", "]")]
    [InlineData("a {", "}")]
    [InlineData("a = [{ b = ", "}]")]
    public void Brackets_that_close_again_may_not_nest_too_deep_either(string open, string close)
    {
        string text = string.Concat(Enumerable.Repeat(open, 1)) + string.Concat(Enumerable.Repeat(open.Replace("a = ", "", StringComparison.Ordinal), Many))
            + "x = 1" + string.Concat(Enumerable.Repeat(close, Many + 1));

        Assert.Contains("more than 100 levels", FaultsInTime(text), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hundred_levels_are_fine()
    {
        string text = string.Concat(Enumerable.Repeat("a {", 99)) + "b = 1" + string.Concat(Enumerable.Repeat("}", 99));

        Assert.Equal("", Reading.Of(text).FaultText);
    }

    [Fact]
    public void A_long_chain_of_references_is_a_fault()
    {
        string text = Lines(20_000, i => $"a{i} = ${{a{i + 1}}}") + "a20000 = 1";

        Assert.Contains("steps deep", FaultsInTime(text), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_chain_of_references_that_are_known_already_is_fine()
    {
        string text = "a0 = 1\n" + Lines(10_000, i => $"a{i + 1} = ${{a{i}}}");

        Assert.Equal("", Reading.Of(text).FaultText);
    }

    [Fact]
    public void References_cannot_nest_objects_too_deep()
    {
        string text = "a0 { x = 1 }\n" + Lines(5_000, i => $"a{i + 1} {{ x = ${{a{i}}} }}");

        Assert.Contains("more than 200 levels deep", FaultsInTime(text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a0 = xxxxxxxxxx\n", "a# = ${a@}${a@}\n")]
    [InlineData("a0 = [1]\n", "a# = ${a@} ${a@}\n")]
    [InlineData("a0 = [1]\n", "a# = [${a@}, ${a@}]\n")]
    [InlineData("a0 { x = 1 }\n", "a# { x = ${a@}, y = ${a@} }\n")]
    public void References_that_double_at_each_step_are_a_fault(string first, string step)
    {
        string text = first + Lines(90, i => step
            .Replace("#", (i + 1).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("@", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));

        Assert.Contains("references", FaultsInTime(text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a = x\n", "a = ${a}${a}\n", 60)]
    [InlineData("a = \"\"\n", "a = ${a}${a}\n", 60)]
    [InlineData("a = [1]\n", "a = ${a} ${a}\n", 60)]
    [InlineData("a = \"\"\n", "a = ${a}${?b}\n", 5_000)]
    public void A_key_that_refers_to_itself_over_and_over_is_a_fault(string first, string step, int times)
    {
        string text = first + string.Concat(Enumerable.Repeat(step, times)) + "b = ${a}\n";

        Assert.Contains("references", FaultsInTime(text), StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_refers_to_everything()
    {
        string text = Lines(60, i => $"a{i} = " + string.Concat(Enumerable.Range(0, 60).Select(j => $"${{a{j}}}")));

        Assert.Contains("circle", FaultsInTime(text), StringComparison.Ordinal);
    }

    [Fact]
    public void One_long_text_cannot_be_copied_without_end()
    {
        string text = $"a = {new string('x', 200_000)}\n" + Lines(20_000, i => $"b{i} = ${{a}}x");

        Assert.Contains("references", FaultsInTime(text), StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_object_cannot_be_merged_without_end()
    {
        string text = "b { x {" + Lines(10_000, i => $"f{i} = 1") + "} }\n" + Lines(20_000, i => $"a{i} = ${{b}} {{ x {{ y = 1 }} }}");

        Assert.Contains("steps long", FaultsInTime(text), StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_array_cannot_be_appended_to_without_end()
    {
        string text = "b = [" + string.Concat(Enumerable.Repeat("1,", 10_000)) + "1]\n" + Lines(10_000, i => $"a{i} = ${{b}}\na{i} += 1");

        Assert.Contains("steps long", FaultsInTime(text), StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_secret_cannot_be_taken_over_without_end()
    {
        string text = "secret {" + Lines(10_000, i => $"f{i} = 1") + "}\n" + Lines(20_000, i => $"a{i} = [${{secret}}]");

        Assert.Contains("steps long", FaultsInTime(text), StringComparison.Ordinal);
    }

    [Fact]
    public void Very_many_keys_under_very_long_paths_do_not_fill_the_memory()
    {
        string around = string.Concat(Enumerable.Range(0, 98).Select(i => new string((char)('a' + (i % 26)), 100) + "{"));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal("", Reading.Of(around + Lines(100_000, i => $"a{i}=1") + new string('}', 98)).FaultText);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 500_000_000);
    }

    [Fact]
    public void A_long_variable_cannot_be_copied_without_end()
    {
        string faults = Reading.Of("a = " + string.Concat(Enumerable.Repeat("${BIG}", 3_000)), ("BIG", new string('x', 100_000))).FaultText;

        Assert.Contains("steps long", faults, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_appends_are_fine()
    {
        Assert.Equal("", Reading.Of(string.Concat(Enumerable.Repeat("a += 1\n", 50_000))).FaultText);
    }

    [Fact]
    public void No_more_than_a_hundred_faults_are_reported()
    {
        var reading = Reading.Of(Lines(1_000, i => $"a{i} ="));

        Assert.Equal(100, reading.Faults.Count);
        Assert.EndsWith("only the first 100 faults are shown\n", reading.FaultText, StringComparison.Ordinal);
    }

    private static string Lines(int count, Func<int, string> line) =>
        string.Concat(Enumerable.Range(0, count).Select(i => line(i).TrimEnd('\n') + "\n"));

    private static string FaultsInTime(string text)
    {
        long started = Stopwatch.GetTimestamp();
        string faults = Reading.Of(Encoding.UTF8.GetBytes(text)).FaultText;

        Assert.NotEqual("", faults);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeMax, $"took {Stopwatch.GetElapsedTime(started)}");
        return faults;
    }

    [Theory]
    [InlineData("\u001b[31m\n")]
    [InlineData("\u202e")]
    public void A_name_of_a_file_that_no_system_opens_is_shown_short_and_on_one_line(string part)
    {
        var faults = new ConfigFaults();
        HoconReader.ReadFile(string.Concat(Enumerable.Repeat(part, 100_000)), defaults: null, static _ => null, faults);

        string told = faults.Format();
        Assert.InRange(told.Length, 1, 1_000);
        Assert.EndsWith(": its name is too long\n", told, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', told);
        Assert.Equal(1, told.Count(character => character == '\n'));
        Assert.Equal(told.TrimEnd('\n'), HoconCharacters.OnOneLine(told.TrimEnd('\n')));
    }
}
