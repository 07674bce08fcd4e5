using System.Text.Json;
using Xunit;

namespace AkkaPipeline.Host.Tests.Commands;

public sealed class RenewCommandTests : IAsyncDisposable
{
    private readonly StoreFixture store = new();

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task A_copy_that_was_put_back_gives_no_delivery_id_a_second_time()
    {
        string copy = store["copy.db"];
        await store.WithAsync(["a 1"]);
        File.Copy(store.Path, copy);
        string given = await IdOfAsync("a 2");
        File.Copy(copy, store.Path, overwrite: true);

        var (status, output, error) = await store.RunAsync("renew", store.Path);

        Assert.Equal((0, $"{store.Path}: new delivery ids from now on for orders\n", ""), (status, output, error));
        string again = await IdOfAsync("a 3");
        Assert.NotEqual(given, again);
        Assert.Equal(given.Split('/')[^1], again.Split('/')[^1]);
        Assert.Equal(0, (await store.RunAsync("verify", store.Path)).Status);
        var json = await store.RunAsync("renew", store.Path, "--json");
        Assert.Equal("orders", JsonDocument.Parse(json.Output).RootElement.GetProperty("renewed")[0].GetString());
    }

    [Fact]
    public async Task A_store_in_use_is_not_renewed_and_what_is_none_is_told()
    {
        await using RunningPipeline<string> running = await store.On<string>()
            .Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync();

        var used = await store.RunAsync("renew", store.Path);
        var missing = await store.RunAsync("renew", store["missing"]);

        Assert.Equal((1, 2, "", ""), (used.Status, missing.Status, used.Output, missing.Output));
        Assert.Contains("is in use by process ", used.Error, StringComparison.Ordinal);
        Assert.Contains("does not exist", missing.Error, StringComparison.Ordinal);
    }

    private async Task<string> IdOfAsync(string item)
    {
        string? id = null;
        await store.On<string>()
            .From([item])
            .Consume(1, (delivery, _) =>
            {
                id = delivery.Id;
                return ValueTask.CompletedTask;
            })
            .RunToCompletionAsync(CancellationToken.None);
        return id!;
    }
}
