using AkkaPipeline.Configuring;
using AkkaPipeline.Host.Files;
using AkkaPipeline.Host.Running;
using AkkaPipeline.Host.Tests.Program;
using AkkaPipeline.Storing;
using AkkaPipeline.Storing.Sqlite;
using Microsoft.Data.Sqlite;
using Xunit;

namespace AkkaPipeline.Host.Tests.Running;

public sealed class JobStateTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_state_goes_with_all_that_stands_beside_it_and_nothing_else()
    {
        foreach (string name in (string[])["s", "s-wal", "s-shm", "s.lock", "s.owner", "s.reserve", "s.lines-2", "s.running-a", "s.conf", "st", "s-2"])
        {
            File.WriteAllText(folder[name], "");
        }

        JobState state = Of(QueueDurability.Checkpoint);
        Assert.True(state.IsThere);
        Assert.Empty(state.Remove());

        Assert.False(state.IsThere);
        Assert.Equal(["s-2", "s.conf", "st"], folder.Names);
        Assert.Empty(state.Remove());
    }

    [Fact]
    public async Task Another_queue_of_the_file_keeps_it_with_all_that_it_has()
    {
        await WithAsync("other", new StoreBatch { Accepted = [Items(1, 3)], Counts = new StoreCounts(3, 3, 0, 0, 0, 0) });
        await WithAsync("lines", new StoreBatch { Accepted = [Items(1, 5)], Counts = new StoreCounts(5, 5, 0, 0, 0, 0) });

        Assert.Equal(["the queue other"], Of(QueueDurability.Full).Remove());

        StoreReport report = StoreVerification.Run(folder["s"]);
        QueueReport left = Assert.Single(report.Queues);
        Assert.Equal(("other", 3L, true), (left.Name, left.InRows, left.Balances));
        Assert.Empty(report.Damage);
    }

    [Fact]
    public async Task What_was_handed_over_and_not_taken_keeps_the_file()
    {
        var output = new HandedOver<string>("a parcel", Items(1, 1).Items);
        await WithAsync("lines", new StoreBatch { HandedOver = new HandoverPart("parcels", [output]) });

        Assert.Equal(["the handover parcels"], Of(QueueDurability.Full).Remove());
        Assert.True(File.Exists(folder["s"]));
    }

    [Fact]
    public async Task What_is_no_state_is_not_removed()
    {
        File.WriteAllText(folder["s"], "somebody's text");
        Assert.Contains("no SQLite file", Of(QueueDurability.Full).WhyNotToRemove(), StringComparison.Ordinal);
        Assert.Throws<IOException>(() => Of(QueueDurability.Full).Remove());
        Assert.Equal(["s"], folder.Names);

        File.Delete(folder["s"]);
        Sql("CREATE TABLE accounts (balance INTEGER)");
        Assert.Contains("a database of another program", Of(QueueDurability.Full).WhyNotToRemove(), StringComparison.Ordinal);
        Assert.Throws<IOException>(() => Of(QueueDurability.Full).Remove());
        Assert.Equal(["s"], folder.Names);

        File.Delete(folder["s"]);
        await WithAsync("lines", new StoreBatch());
        Assert.Null(Of(QueueDurability.Full).WhyNotToRemove());
    }

    [Fact]
    public void A_state_that_another_run_uses_stays()
    {
        File.WriteAllText(folder["s"], "");
        using var held = new FileStream(folder["s.lock"], FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        var refused = Assert.Throws<IOException>(() => Of(QueueDurability.Checkpoint).Remove());

        Assert.Contains("is in use by another process", refused.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["s"]));
    }

    [Fact]
    public async Task Damage_is_what_stands_in_the_state_and_nowhere_else()
    {
        await WithAsync("lines", new StoreBatch { Accepted = [Items(1, 5)], Counts = new StoreCounts(5, 5, 0, 0, 0, 0) });
        Assert.Null(Of(QueueDurability.Full).Damage());
        Assert.Null(Of(QueueDurability.None).Damage());

        Sql("INSERT INTO quarantined (queue, came_from, place, unsettled, reason, at) VALUES (1, 'heads', 1, 5, 'x', 'x')");

        Assert.Contains("keeps 1 damaged rows and 0 dead letters", Of(QueueDurability.Full).Damage(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_cannot_be_read_again_and_does_not_hear_of_being_looked_at()
    {
        LibC.MakeFifo(folder["pipe"]);
        File.WriteAllText(folder["file"], "");

        Assert.False(FileIdentity.IsRegular(folder["pipe"]));
        Assert.False(FileIdentity.IsRegular(folder[""]));
        Assert.False(FileIdentity.IsRegular(folder["missing"]));
        Assert.True(FileIdentity.IsRegular(folder["file"]));
    }

    [Fact]
    public void Where_nothing_is_kept_nothing_is_touched()
    {
        File.WriteAllText(folder["s"], "");
        JobState state = Of(QueueDurability.None);
        Assert.Empty(state.Remove());

        Assert.False(state.IsThere);
        Assert.Equal(["s"], folder.Names);
    }

    private JobState Of(QueueDurability keeps) => new(keeps, folder["s"], "lines");

    private static AcceptedItems Items(long first, int count) => new(
        first, new EncodedItems(new CodecName("text", 1), new byte[count], [.. Enumerable.Range(1, count)]));

    private async Task WithAsync(string queue, StoreBatch batch)
    {
        var store = new SqliteStore(new SqliteStoreSettings { Path = folder["s"] });
        await store.OpenAsync(queue, default);
        await store.CommitAsync(batch, default);
        await store.CloseAsync(default);
    }

    private void Sql(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={folder["s"]};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // A test's own words.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
