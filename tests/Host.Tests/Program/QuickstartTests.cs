using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace AkkaPipeline.Host.Tests.Program;

public class QuickstartTests
{
    private static readonly string Root = FindRoot(AppContext.BaseDirectory);

    [Fact]
    public async Task The_quickstart_parses_the_sample_and_says_where_everything_went()
    {
        using var folder = new TemporaryFolder();
        Copy(folder, "hocon/quickstart.conf");
        Copy(folder, "samples/access.log");
        var source = new SourceLines(folder["samples/access.log"]);

        using var program = HostProcess.Start("run", folder["hocon/quickstart.conf"]);
        ProgramEnd end = await program.EndAsync();

        Assert.Equal((0, ""), (end.Status, end.Output));
        Assert.Contains(folder["out/access.jsonl"], end.Error, StringComparison.Ordinal);
        Assert.Contains(folder["out/rejected.jsonl"], end.Error, StringComparison.Ordinal);
        Assert.NotEmpty(source.Malformed);
        Assert.Equal(source.Malformed, source.AssertNamed(File.ReadLines(folder["out/rejected.jsonl"])).Order());
        Assert.Equal(
            source.Records.Select(Canonical).Order(),
            File.ReadLines(folder["out/access.jsonl"]).Select(line => Canonical(JsonNode.Parse(line)!.AsObject())).Order());
    }

    [Fact]
    public async Task With_one_consumer_the_output_is_in_the_source_s_order_with_the_fields_in_theirs()
    {
        using LogJob job = new LogJob(allow: "all", consumers: 1).WithSample(30_000);

        Assert.Equal(0, (await job.RunAsync()).Status);

        Assert.Equal(
            new SourceLines(job.Source).Records.Select(record => record.ToJsonString()),
            job.OutputLines.Select(line => JsonNode.Parse(line)!.ToJsonString()));
    }

    [Fact]
    public async Task Each_dead_letter_tells_its_pipeline_its_source_and_why()
    {
        using LogJob job = new LogJob(allow: "all").WithSource($"{LogJob.ValidLine(1)}\nno log line\n");

        await job.RunAsync();

        JsonElement json = JsonDocument.Parse(Assert.Single(job.RejectedLines)).RootElement;
        Assert.Equal(
            ["pipeline", "source", "line", "offset", "attempts", "reason", "cause", "history", "raw"],
            json.EnumerateObject().Select(property => property.Name));
        Assert.Equal("log", json.GetProperty("pipeline").GetString());
        Assert.Equal(job.Source, json.GetProperty("source").GetString());
        Assert.Equal(1, json.GetProperty("attempts").GetInt32());
        Assert.NotEmpty(json.GetProperty("reason").GetString()!);
    }

    [Fact]
    public async Task The_example_of_the_guide_to_failures_orders_the_sample_by_host()
    {
        using var folder = new TemporaryFolder();
        Copy(folder, "hocon/failures.conf");
        Copy(folder, "samples/access.log");
        var source = new SourceLines(folder["samples/access.log"]);

        using var program = HostProcess.Start("run", folder["hocon/failures.conf"], "--json");
        ProgramEnd end = await program.EndAsync();

        Assert.Equal((0, "completed"), (end.Status, end.Account.Outcome));
        Assert.Equal((source.Records.Count, source.Malformed.Count), (end.Account.Acked, end.Account.DeadLettered));
        Assert.Equal(ByHost(source.Records.Select(record => record.ToJsonString())), ByHost(File.ReadLines(folder["out/ordered.jsonl"])));
        Assert.All(File.ReadLines(folder["out/unordered.jsonl"]), line => Assert.Contains("\"cause\":\"not-retried\"", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_example_of_durability_runs_and_leaves_no_state()
    {
        using var folder = new TemporaryFolder();
        Copy(folder, "hocon/durable.conf");
        Copy(folder, "samples/access.log");
        var source = new SourceLines(folder["samples/access.log"]);

        using var program = HostProcess.Start("run", folder["hocon/durable.conf"], "--json");
        ProgramEnd end = await program.EndAsync();

        Assert.Equal((0, source.Records.Count, source.Malformed.Count), (end.Status, end.Account.Acked, end.Account.DeadLettered));
        Assert.Equal(["durable.jsonl", "not-durable.jsonl"], Directory.EnumerateFiles(folder["out"]).Select(Path.GetFileName).Order());
    }

    /// <summary>The lines of each host in their order.</summary>
    private static IEnumerable<string> ByHost(IEnumerable<string> lines) => lines
        .Select(line => JsonNode.Parse(line)!.AsObject())
        .OrderBy(record => record["host"]?.GetValue<string>(), StringComparer.Ordinal)
        .Select(record => record.ToJsonString());

    private static void Copy(TemporaryFolder folder, string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
        File.Copy(Path.Combine(Root, name), folder[name]);
    }

    private static string Canonical(JsonObject record) =>
        string.Join(' ', record.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"{field.Key}={field.Value?.ToJsonString()}"));

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "AkkaPipeline.sln")) ? folder : FindRoot(Path.GetDirectoryName(folder.TrimEnd('/'))!);
}
