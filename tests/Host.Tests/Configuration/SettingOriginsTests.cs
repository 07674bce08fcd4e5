using AkkaPipeline.Host.Configuration;
using Xunit;

namespace AkkaPipeline.Host.Tests.Configuration;

/// <summary>Of a file that is at fault, the key that names it is told.</summary>
public sealed class SettingOriginsTests
{
    [Theory]
    [InlineData("in.log", "", "source.path")]
    [InlineData("out.jsonl", "", "sink.path")]
    [InlineData("out.jsonl.state", "", "sink.path")]
    [InlineData("kept.state", "queue.path = kept.state", "queue.path")]
    [InlineData("bad.jsonl", "dead-letters.path = bad.jsonl", "dead-letters.path")]
    public void The_key_of_the_file_is_told(string file, string line, string key)
    {
        using var folder = new ConfigurationFolder();
        (ProgramConfiguration? configuration, string faults) = folder.With("t.conf", $$"""
            akka-pipeline.pipelines.p {
              source { type = file, path = in.log }
              consume { type = parse, format = combined-log }
              sink { type = file, path = out.jsonl }
              {{line}}
            }
            """).Load();

        Assert.Equal("", faults);
        string? told = new SettingOrigins(configuration!, configuration!.Pipelines.Single()).Told($"'{folder[file]}' cannot be opened.");
        Assert.EndsWith($"{key})", told, StringComparison.Ordinal);
    }

    [Fact]
    public void What_names_no_file_is_left_alone()
    {
        using var folder = new ConfigurationFolder();
        (ProgramConfiguration? configuration, _) = folder.With("t.conf", """
            akka-pipeline.pipelines.p {
              source { type = stdin }
              consume { type = pass }
              sink { type = file, path = out.txt, format = raw }
            }
            """).Load();

        Assert.Null(new SettingOrigins(configuration!, configuration!.Pipelines.Single()).Told("no room left"));
    }
}
