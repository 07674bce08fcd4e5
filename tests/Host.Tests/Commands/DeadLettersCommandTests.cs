using System.Text.Json;
using Xunit;

namespace AkkaPipeline.Host.Tests.Commands;

public sealed class DeadLettersCommandTests : IAsyncDisposable
{
    private const string Escape = "\u001b]0;pwned\u0007";
    private static readonly string[] Items = ["a 1", "a 2", "b 1", "b 2", "c 1"];

    private readonly StoreFixture store = new();

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task A_list_has_a_line_a_letter_oldest_first_and_says_how_to_go_on()
    {
        await store.WithAsync(Items, "a 1", "b 1", "c 1");

        var all = await store.RunAsync("dead-letters", "list", store.Path);
        var first = await ListAsync("--limit", "2");
        var rest = await ListAsync("--limit", "2", "--after", $"{first.GetProperty("next").GetInt64()}");

        Assert.Equal((0, ""), (all.Status, all.Error));
        Assert.Contains("orders: 3 dead letters\n", all.Output, StringComparison.Ordinal);
        Assert.Matches(@" 1  2026-11-24T12:00:00Z  attempts-used-up +1  orders/\w+/0/1  a  cannot do a 1", all.Output);
        Assert.Equal(["a 1", "b 1"], Reasons(first));
        Assert.Equal(["c 1"], Reasons(rest));
        Assert.Equal((3, JsonValueKind.Null), (rest.GetProperty("total").GetInt32(), rest.GetProperty("next").ValueKind));
    }

    [Theory]
    [InlineData("--key b", "b 1", "b 2")]
    [InlineData("--sequence 2..3", "a 2", "b 1")]
    [InlineData("--sequence 4..", "b 2", "c 1")]
    [InlineData("--sequence ..1", "a 1")]
    [InlineData("--sequence 5", "c 1")]
    [InlineData("--cause rejected")]
    [InlineData("--cause attempts-used-up --key c", "c 1")]
    [InlineData("--error InvalidDataException --key c", "c 1")]
    [InlineData("--error IOException")]
    [InlineData("--text DO_A", "a 1", "a 2")]
    [InlineData("--since 2026-11-24T12:00Z --key c", "c 1")]
    [InlineData("--until 2026-11-24T12:00Z")]
    public async Task A_filter_says_which(string filter, params string[] expected)
    {
        await store.WithAsync(Items, Items);

        JsonElement list = await ListAsync([.. filter.Split(' ').Select(word => word.Replace('_', ' '))]);

        // Of different keys, whichever failed first was kept first.
        Assert.Equal(expected, Reasons(list).Order(StringComparer.Ordinal));
        Assert.Equal(expected.Length, list.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Letters_are_found_by_their_ids()
    {
        await store.WithAsync(Items, "a 1", "b 1", "c 1");
        string[] ids = [.. (await ListAsync()).GetProperty("letters").EnumerateArray().Select(letter => letter.GetProperty("id").GetString()!)];

        Assert.Equal(["a 1", "c 1"], Reasons(await ListAsync("--id", ids[0], "--id", ids[2])));
    }

    [Fact]
    public async Task Show_tells_all_that_is_known()
    {
        await store.WithAsync(Items, "b 1");

        var (status, output, _) = await store.RunAsync("dead-letters", "show", store.Path, "--key", "b");
        JsonElement letter = Single(await store.RunAsync("dead-letters", "show", store.Path, "--json"));

        Assert.Equal(0, status);
        Assert.Contains("  payload   3 bytes: b 1", output, StringComparison.Ordinal);
        Assert.Contains("System.IO.InvalidDataException: cannot do b 1", output, StringComparison.Ordinal);
        Assert.Contains("   at ", output, StringComparison.Ordinal);
        Assert.Equal(("b 1", "utf-8"), (letter.GetProperty("payload").GetString(), letter.GetProperty("codec").GetString()));
        Assert.Equal(1, letter.GetProperty("history")[0].GetProperty("attempt").GetInt32());
        Assert.Equal(1, (await store.RunAsync("dead-letters", "show", store.Path, "--key", "none")).Status);
    }

    [Fact]
    public async Task What_was_put_never_reaches_the_terminal_as_control_codes()
    {
        string[] evil = [$"{Escape}\u009b31m \u202e\r\n{Escape}"];
        await store.WithAsync(evil, evil);

        foreach (string action in (string[])["list", "show"])
        {
            foreach (string json in (string[])["", "--json"])
            {
                var (_, output, _) = await store.RunAsync([.. new[] { "dead-letters", action, store.Path, json }.Where(word => word.Length > 0)]);
                Assert.DoesNotContain(output.Replace("\n", "", StringComparison.Ordinal), character => char.IsControl(character) || character == '\u202e');
                Assert.Contains("pwned", output, StringComparison.Ordinal);
            }
        }

        Assert.Equal(evil[0], Single(await store.RunAsync("dead-letters", "show", store.Path, "--json")).GetProperty("payload").GetString());
    }

    [Fact]
    public async Task A_payload_that_is_no_text_is_base64_in_json_and_hex_for_people()
    {
        byte[][] items = [[0xFF, 0x1B, 0x00]];
        await store.On<byte[]>().From(items).Consume(1, (_, _) => throw new InvalidDataException("no")).RunToCompletionAsync(CancellationToken.None);

        JsonElement letter = Single(await store.RunAsync("dead-letters", "show", store.Path, "--json"));
        var (_, output, _) = await store.RunAsync("dead-letters", "show", store.Path);

        Assert.Equal(items[0], letter.GetProperty("payloadBase64").GetBytesFromBase64());
        Assert.False(letter.TryGetProperty("payload", out _));
        Assert.Contains("3 bytes, no text: ff1b00", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requeued_letters_are_done_by_the_next_run_and_dropped_ones_are_gone()
    {
        await store.WithAsync(Items, "a 1", "b 1", "c 1");

        var requeued = await store.RunAsync("dead-letters", "requeue", store.Path, "--key", "a");
        var dropped = await store.RunAsync("dead-letters", "drop", store.Path, "--key", "b", "--json");
        var verified = await store.RunAsync("verify", store.Path);
        var done = new List<string>();
        Settlement settlement = await store.On<string>().InOrderBy(item => item.Split(' ')[0]).Consume(1, (delivery, _) =>
        {
            done.Add(delivery.Item);
            return ValueTask.CompletedTask;
        }).RunToCompletionAsync(CancellationToken.None);

        Assert.Equal((0, "orders: 1 requeued\n"), (requeued.Status, requeued.Output));
        Assert.Equal(1, JsonDocument.Parse(dropped.Output).RootElement.GetProperty("dropped").GetInt32());
        Assert.Equal(0, verified.Status);
        Assert.Contains("acked 2 + dead-lettered 1 + dropped 1 + quarantined 0 + in rows 0 + alone 1", verified.Output, StringComparison.Ordinal);
        Assert.Equal(["a 1"], done);
        Assert.Equal(["c 1"], Reasons(await ListAsync()));
        Assert.Equal(1, settlement.Dropped);
    }

    [Fact]
    public async Task A_damaged_letter_stays_when_all_are_requeued_and_can_be_dropped()
    {
        await store.WithAsync(Items, "a 1", "b 1");
        store.Harm("UPDATE dead_letters SET reason = 'x' WHERE number = 1");

        var requeued = await store.RunAsync("dead-letters", "requeue", store.Path, "--all");
        var dropped = await store.RunAsync("dead-letters", "drop", store.Path, "--all");

        Assert.Equal("orders: 1 requeued; 1 stay, because they are damaged (drop takes them too)\n", requeued.Output);
        Assert.Equal("orders: 1 dropped\n", dropped.Output);
        Assert.Empty(Reasons(await ListAsync()));
    }

    [Fact]
    public async Task While_a_pipeline_has_the_store_open_it_is_listed_and_not_changed()
    {
        await store.WithAsync(Items, "a 1");
        await using RunningPipeline<string> running = await store.On<string>().Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync();

        var listed = await store.RunAsync("dead-letters", "list", store.Path);
        var requeued = await store.RunAsync("dead-letters", "requeue", store.Path, "--all");
        var dropped = await store.RunAsync("dead-letters", "drop", store.Path, "--key", "a");

        string inUse = $"in use by process {Environment.ProcessId} on {Environment.MachineName}";
        Assert.Equal((0, 1, 1), (listed.Status, requeued.Status, dropped.Status));
        Assert.Contains($"1 dead letter ({inUse}", listed.Output, StringComparison.Ordinal);
        Assert.All([requeued, dropped], refused => Assert.Contains(inUse, refused.Error, StringComparison.Ordinal));
        Assert.Equal(["a 1"], Reasons(await ListAsync()));
    }

    [Fact]
    public async Task Of_several_queues_one_is_named()
    {
        await store.WithAsync(Items, "a 1");
        await store.On<string>("second").From(["x"]).Consume(1, (_, _) => ValueTask.CompletedTask).RunToCompletionAsync(CancellationToken.None);

        var unnamed = await store.RunAsync("dead-letters", "list", store.Path);
        var wrong = await store.RunAsync("dead-letters", "drop", store.Path, "--all", "--queue", "third");
        var second = await store.RunAsync("dead-letters", "list", store.Path, "--queue", "second");

        Assert.Equal((2, 2, 0), (unnamed.Status, wrong.Status, second.Status));
        Assert.Contains("2 queues (orders, second): say which by --queue NAME", unnamed.Error, StringComparison.Ordinal);
        Assert.Contains("no queue named third", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("second: 0 dead letters", second.Output, StringComparison.Ordinal);
    }

    private async Task<JsonElement> ListAsync(params string[] words) =>
        JsonDocument.Parse((await store.RunAsync(["dead-letters", "list", store.Path, "--json", .. words])).Output).RootElement;

    private static JsonElement Single((int Status, string Output, string Error) ran) =>
        Assert.Single(JsonDocument.Parse(ran.Output).RootElement.GetProperty("letters").EnumerateArray());

    /// <summary>What each letter says cannot be done.</summary>
    private static IEnumerable<string> Reasons(JsonElement list) => list.GetProperty("letters").EnumerateArray()
        .Select(letter => letter.GetProperty("reason").GetString()!["cannot do ".Length..]);
}
