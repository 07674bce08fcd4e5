using System.Text.RegularExpressions;
using AkkaPipeline.Storing;
using AkkaPipeline.Storing.Sqlite;
using Xunit;

namespace AkkaPipeline.Tests.Storing.Sqlite;

/// <summary>What docs/durability.md shows of the tables is so.</summary>
public sealed partial class DurabilityPageTests : IDisposable
{
    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Every_query_of_the_page_runs_and_finds_something()
    {
        var (store, opened) = await folder.OpenAsync();
        await store.CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(1, 10)] }, default);
        await store.CommitAsync(
            new StoreBatch
            {
                Settled = [new NumberRange(1, 2)],
                Alone = [StoreItems.Alone(1, 1, TimeSpan.FromSeconds(9))],
                DeadLetters = [StoreItems.Letter(2, key: "customer-7")],
                PutIds = [new StoredPutId("a", 1, StoreItems.Noon), new StoredPutId("b", 2, StoreItems.Noon)],
                Counts = opened.Counts with { LastSequence = 10, Accepted = 10, DeadLettered = 1 },
            },
            default);
        await store.CloseAsync(default);
        folder.Run("UPDATE put_ids SET id = 'damaged' WHERE number = 1");
        (store, _) = await folder.OpenAsync();
        Assert.Single(await store.ReadPutIdsAsync(default));

        using var database = SqlDatabase.Open(folder.Path, Microsoft.Data.Sqlite.SqliteOpenMode.ReadOnly);
        var queries = SqlBlock().Matches(await File.ReadAllTextAsync(Page())).SelectMany(block => block.Groups[1].Value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.True(queries.Count >= 8);
        foreach (var sql in queries)
        {
            using var query = database.Use(sql);
            Assert.True(query.Step(), sql);
        }

        await store.CloseAsync(default);
    }

    [Fact]
    public async Task Every_table_and_column_is_on_the_page()
    {
        var (store, _) = await folder.OpenAsync();
        await store.CloseAsync(default);
        using var database = SqlDatabase.Open(folder.Path, Microsoft.Data.Sqlite.SqliteOpenMode.ReadOnly);
        var page = await File.ReadAllTextAsync(Page());
        using var columns = database.Use("""
            SELECT t.name, c.name FROM pragma_table_list t, pragma_table_info(t.name) c
            WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite%'
            """);
        while (columns.Step())
        {
            Assert.Contains($"`{columns.Text(0)}`", page, StringComparison.Ordinal);
            Assert.Contains($"`{columns.Text(1)}`", page, StringComparison.Ordinal);
        }
    }

    private static string Page()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "AkkaPipeline.sln")))
        {
            at = at.Parent!;
        }

        return Path.Combine(at.FullName, "docs", "durability.md");
    }

    [GeneratedRegex("```sql\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex SqlBlock();
}
