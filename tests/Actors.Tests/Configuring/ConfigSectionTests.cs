using AkkaPipeline.Configuring;
using Xunit;

namespace AkkaPipeline.Tests.Configuring;

public sealed class ConfigSectionTests
{
    [Theory]
    [InlineData("25 s", 25_000)]
    [InlineData("25s", 25_000)]
    [InlineData("\"25 s\"", 25_000)]
    [InlineData("500ms", 500)]
    [InlineData("1.5 minutes", 90_000)]
    [InlineData("2 h", 7_200_000)]
    [InlineData("0 s", 0)]
    [InlineData("1000 us", 1)]
    [InlineData("1000000 ns", 1)]
    [InlineData("infinite", -1)]
    public void A_duration_is_a_number_with_a_unit(string text, int milliseconds)
    {
        (ConfigSection section, ConfigFaults faults) = Section("x = " + text);

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), section.Duration("x", TimeSpan.Zero, TimeSpan.FromDays(1), infinite: true));
        Assert.Equal("", faults.Format());
    }

    [Theory]
    [InlineData("64 KiB", 65_536)]
    [InlineData("64KiB", 65_536)]
    [InlineData("1MB", 1_000_000)]
    [InlineData("1 MiB", 1_048_576)]
    [InlineData("1.5 kB", 1_500)]
    [InlineData("0 B", 0)]
    [InlineData("10 bytes", 10)]
    public void A_size_is_a_number_with_a_unit(string text, long bytes)
    {
        (ConfigSection section, ConfigFaults faults) = Section("x = " + text);

        Assert.Equal(bytes, section.Size("x", 0, 1L << 40));
        Assert.Equal("", faults.Format());
    }

    [Theory]
    [InlineData("64", "\"64\" is not a size; allowed: a number with one of the units B")]
    [InlineData("64 K", "\"64 K\" is not a size")]
    [InlineData("64 kib", "\"64 kib\" is not a size")]
    [InlineData("KiB", "\"KiB\" is not a size")]
    [InlineData("-1 B", "\"-1 B\" is out of range; allowed: 0 B to 1000 B")]
    [InlineData("1 TB", "\"1 TB\" is out of range")]
    [InlineData("[]", "an array cannot stand here")]
    [InlineData("null", "x is required and not set")]
    public void A_bad_size_is_a_fault(string text, string phrase)
    {
        (ConfigSection section, ConfigFaults faults) = Section("x = " + text);
        _ = section.Size("x", 0, 1000);

        Assert.Contains(phrase, faults.Format(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("on", true)]
    [InlineData("yes", true)]
    [InlineData("false", false)]
    [InlineData("off", false)]
    [InlineData("no", false)]
    public void A_flag_is_a_word_for_true_or_false(string text, bool expected)
    {
        (ConfigSection section, ConfigFaults faults) = Section("x = " + text);

        Assert.Equal(expected, section.Flag("x"));
        Assert.Equal("", faults.Format());
    }

    [Fact]
    public void A_flag_that_is_none_is_a_fault_with_the_words_that_are()
    {
        (ConfigSection section, ConfigFaults faults) = Section("x = ture");
        section.Flag("x");

        Assert.Equal("t.conf:1:5: a.b.x = \"ture\" is not known; allowed: true, false, on, off, yes, no; did you mean true?\n", faults.Format());
    }

    [Fact]
    public void Each_type_of_value_is_read()
    {
        (ConfigSection section, ConfigFaults faults) = Section("t = some text, n = -12, l = 9000000000, i { x = 1 }, p = \"a/b.txt\", e = null");

        Assert.Equal("some text", section.Text("t"));
        Assert.Equal(-12, section.WholeNumber("n", -100, 100));
        Assert.Equal(9_000_000_000, section.LongNumber("l", 0, long.MaxValue));
        Assert.Equal(1, section.Section("i").WholeNumber("x", 0, 1));
        Assert.Equal(Path.GetFullPath("a/b.txt"), section.FilePath("p"));
        Assert.Null(section.TextOrNull("e"));
        Assert.Null(section.FilePathOrNull("nothing"));
        Assert.Null(section.SectionOrNull("nothing"));
        section.Close();
        Assert.Equal("", faults.Format());
    }

    [Theory]
    [InlineData("consumer", "; did you mean consumers?")]
    [InlineData("consmuers", "; did you mean consumers?")]
    [InlineData("Consumers", "; did you mean consumers?")]
    [InlineData("dead_letters", "; did you mean dead-letters?")]
    [InlineData("deadletters", "; did you mean dead-letters?")]
    [InlineData("pth", "; did you mean path?")]
    [InlineData("xyz", "")]
    [InlineData("", "")]
    public void What_was_meant_is_guessed_only_when_it_is_near(string written, string suggestion) =>
        Assert.Equal(suggestion, Suggestions.For(written, ["consumers", "path", "dead-letters"]));

    [Theory]
    [InlineData("password", true)]
    [InlineData("db-password", true)]
    [InlineData("clientSecret", true)]
    [InlineData("API_KEY", true)]
    [InlineData("token", true)]
    [InlineData("connection-string", true)]
    [InlineData("keyed", false)]
    [InlineData("monkey", false)]
    [InlineData("path", false)]
    [InlineData("tokens-per-second", false)]
    public void A_secret_is_known_by_the_name_of_its_key(string name, bool secret) =>
        Assert.Equal(secret, SecretKeys.IsSecret(name));

    [Fact]
    public void Shown_configuration_reads_back_and_holds_no_secret()
    {
        var reading = Reading.Of("""
            a { password = hunter2, user = x, secret { any = hunter2 } }
            token = [hunter2, { deep = hunter2 }]
            url = "amqp://user:hunter2@host/x"
            env = ${MY_TOKEN}
            "odd key" = "two\nlines \"quoted\""
            """, ("MY_TOKEN", "hunter2"));

        string shown = ConfigShowing.Show(reading.Root);

        Assert.DoesNotContain("hunter2", shown, StringComparison.Ordinal);
        Assert.Contains("url = \"amqp://<hidden>@host/x\"", shown, StringComparison.Ordinal);
        Assert.Equal("", Reading.Of(shown).FaultText);
    }

    private static (ConfigSection Section, ConfigFaults Faults) Section(string text)
    {
        var reading = Reading.Of(text);
        Assert.Equal("", reading.FaultText);
        return (new ConfigSection(reading.Root, reading.Root.Place, ["a", "b"], reading.Faults), reading.Faults);
    }
}
