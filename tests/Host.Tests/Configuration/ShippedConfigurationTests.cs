using System.Text.RegularExpressions;
using AkkaPipeline.Configuring;
using AkkaPipeline.Host.Configuration;
using Xunit;

namespace AkkaPipeline.Host.Tests.Configuration;

public sealed partial class ShippedConfigurationTests
{
    private static readonly string Root = FindRoot(AppContext.BaseDirectory);

    [Fact]
    public void The_quickstart_reads_the_sample_and_allows_its_dead_letters()
    {
        var configuration = ProgramConfiguration.Load(Path.Combine(Root, "hocon", "quickstart.conf"), _ => null, out string faults);

        Assert.Equal("", faults);
        var pipeline = Assert.Single(configuration!.Pipelines);
        Assert.Equal("access-log", pipeline.Name);
        Assert.Equal(new FileSourceSettings(Path.Combine(Root, "samples", "access.log")), pipeline.Source);
        Assert.Equal(new FileSinkSettings(Path.Combine(Root, "out", "access.jsonl"), SinkFormat.JsonLines), pipeline.Sink);
        Assert.Equal(new DeadLetterSettings(Path.Combine(Root, "out", "rejected.jsonl"), Allowed: null), pipeline.DeadLetters);
        Assert.Equal(4, pipeline.Consume.Consumers);
    }

    [Fact]
    public void Every_key_of_reference_conf_commented_ones_too_is_known_and_its_example_is_valid()
    {
        string everyKey = LibraryKey().Replace(CommentedKey().Replace(ReferenceConfiguration.Source.Text, "$1"), "");
        using var folder = new ConfigurationFolder();

        (ProgramConfiguration? configuration, string faults) = folder
            .With("t.conf", everyKey + "\nakka-pipeline.pipelines.p = ${akka-pipeline.pipeline-defaults}")
            .Load();

        Assert.Equal("", faults);
        Assert.Equal(folder["rejected.jsonl"], configuration!.Pipelines[0].DeadLetters.Path);
    }

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "AkkaPipeline.sln")) ? folder : FindRoot(Path.GetDirectoryName(folder.TrimEnd('/'))!);

    [GeneratedRegex("(?<=# Library: [^=]*)\\n *[a-z-]+ = .*")]
    private static partial Regex LibraryKey();

    [GeneratedRegex("# ([a-z-]+ = .*)")]
    private static partial Regex CommentedKey();
}
