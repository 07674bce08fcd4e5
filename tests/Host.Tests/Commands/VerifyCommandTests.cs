using System.Text.Json;
using Xunit;

namespace AkkaPipeline.Host.Tests.Commands;

public sealed class VerifyCommandTests : IAsyncDisposable
{
    private readonly StoreFixture store = new();

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task A_sound_store_is_status_0_and_its_ledger_is_shown()
    {
        await store.WithAsync(["a 1", "a 2", "b 1"], "a 2");

        var (status, output, error) = await store.RunAsync("verify", store.Path);

        Assert.Equal((0, ""), (status, error));
        Assert.StartsWith($"{store.Path}: sound\n", output, StringComparison.Ordinal);
        Assert.Contains(
            "orders: accepted 3 = acked 2 + dead-lettered 1 + dropped 0 + quarantined 0 + in rows 0 + alone 0", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE dead_letters SET reason = 'x'", "dead_letters 1: it does not match its checksum")]
    [InlineData("UPDATE counters SET acked = 7", "counters 1: it does not match its checksum")]
    public async Task Damage_is_status_1_and_named(string harm, string named)
    {
        await store.WithAsync(["a 1", "a 2"], "a 2");
        store.Harm(harm);

        var (status, output, error) = await store.RunAsync("verify", store.Path);
        var (jsonStatus, json, _) = await store.RunAsync("verify", store.Path, "--json");

        Assert.Equal((1, 1, ""), (status, jsonStatus, error));
        Assert.Contains("  damaged: " + named, output, StringComparison.Ordinal);
        Assert.False(JsonDocument.Parse(json).RootElement.GetProperty("sound").GetBoolean());
    }

    [Fact]
    public async Task Damaged_pages_are_status_1_too()
    {
        await store.WithAsync(Enumerable.Range(1, 2_000).Select(number => $"k {number}"), [.. Enumerable.Range(1, 2_000).Select(number => $"k {number}")]);
        byte[] bytes = await File.ReadAllBytesAsync(store.Path);
        bytes.AsSpan(16384 + (bytes.Length / 2 / 16384 * 16384), 64).Fill(0xEE);
        await File.WriteAllBytesAsync(store.Path, bytes);

        var (status, output, _) = await store.RunAsync("verify", store.Path);

        Assert.Equal(1, status);
        Assert.Contains("damaged: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_which_not_even_the_first_page_can_be_read_is_damaged()
    {
        await store.WithAsync(["a 1"]);
        byte[] bytes = await File.ReadAllBytesAsync(store.Path);
        bytes.AsSpan(0, 16).Fill(0xEE);
        await File.WriteAllBytesAsync(store.Path, bytes);

        var (status, output, error) = await store.RunAsync("verify", store.Path);
        var json = await store.RunAsync("verify", store.Path, "--json");

        Assert.Equal((1, 1, ""), (status, json.Status, error));
        Assert.Contains("its first page is damaged", output, StringComparison.Ordinal);
        Assert.False(JsonDocument.Parse(json.Output).RootElement.GetProperty("sound").GetBoolean());
    }

    [Fact]
    public async Task With_json_it_is_one_object_on_a_line()
    {
        await store.WithAsync(["a 1", "a 2", "b 1"], "a 2");

        var (status, output, _) = await store.RunAsync("verify", store.Path, "--json");

        Assert.Equal(0, status);
        Assert.Equal(output.Length - 1, output.IndexOf('\n', StringComparison.Ordinal));
        JsonElement json = JsonDocument.Parse(output).RootElement;
        Assert.True(json.GetProperty("sound").GetBoolean());
        JsonElement queue = json.GetProperty("queues")[0];
        Assert.Equal(
            ("orders", 3, 2, 1, true),
            (queue.GetProperty("name").GetString(), queue.GetProperty("accepted").GetInt64(), queue.GetProperty("acked").GetInt64(),
                queue.GetProperty("deadLettered").GetInt64(), queue.GetProperty("balances").GetBoolean()));
    }

    [Fact]
    public async Task What_is_no_store_is_status_2()
    {
        await File.WriteAllTextAsync(store["text"], new string('x', 4096));
        await File.WriteAllTextAsync(store["empty"], "");

        var missing = await store.RunAsync("verify", store["missing"]);
        var text = await store.RunAsync("inspect", store["text"], "--json");
        var empty = await store.RunAsync("inspect", store["empty"]);

        Assert.Equal((2, "", 2, "", 2, ""), (missing.Status, missing.Output, text.Status, text.Output, empty.Status, empty.Output));
        Assert.Contains("missing does not exist", missing.Error, StringComparison.Ordinal);
        Assert.Contains("no SQLite file", text.Error, StringComparison.Ordinal);
        Assert.Contains("no store was ever opened there", empty.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beside_a_running_pipeline_both_say_who_has_it_open_and_disturb_nothing()
    {
        await using RunningPipeline<string> running = await store.On<string>()
            .Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync();
        await running.PauseAsync("the test");
        for (int number = 0; number < 5; number++)
        {
            await running.Queue.PutAsync($"item {number}");
        }

        var verified = await store.RunAsync("verify", store.Path);
        var inspected = await store.RunAsync("inspect", store.Path);
        await running.ResumeAsync();
        Settlement settlement = await running.CompleteAsync();

        string inUse = $"in use by process {Environment.ProcessId} on {Environment.MachineName}";
        Assert.Equal((0, 0, 5), (verified.Status, inspected.Status, settlement.Acked));
        Assert.Contains(inUse, verified.Output, StringComparison.Ordinal);
        Assert.Contains(inUse, inspected.Output, StringComparison.Ordinal);
        Assert.Matches(@"  left +5  \(30 bytes in \d rows, from number 1\)", inspected.Output);
    }

    [Fact]
    public async Task Inspect_tells_counts_ages_and_sizes()
    {
        await store.WithAsync(["a 1", "a 2", "b 1"], "a 2");
        store.Clock.Advance(TimeSpan.FromHours(3));

        var (status, output, error) = await store.RunAsync("inspect", store.Path);
        JsonElement json = JsonDocument.Parse((await store.RunAsync("inspect", store.Path, "--json")).Output).RootElement;

        Assert.Equal((0, ""), (status, error));
        Assert.Matches(@"queue\.db: format 2, [0-9.]+ KB \([0-9.]+ \w+ of it free\), log ", output);
        Assert.Matches(@"  dead-lettered +1  \(1 kept, the oldest from 3 h ago\)", output);
        Assert.Equal("2026-11-24T12:00:00.0000000Z", json.GetProperty("queues")[0].GetProperty("oldestDeadLetter").GetString());
        Assert.False(json.TryGetProperty("sound", out _));
    }
}
