using AkkaPipeline.Storing;
using AkkaPipeline.Storing.Sqlite;
using Xunit;

namespace AkkaPipeline.Tests.Storing.Sqlite;

public sealed class SqliteOpeningTests : IDisposable
{
    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task One_instance_at_a_time_and_the_refusal_names_the_other()
    {
        var (store, _) = await folder.OpenAsync();
        var refused = await Assert.ThrowsAsync<StoreException>(() => folder.OpenAsync());
        Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}", refused.Message, StringComparison.Ordinal);

        var waiting = folder.OpenAsync(settings => settings with { LockWait = TimeSpan.FromSeconds(30) });
        await store.CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(1, 1)] }, default);
        await store.CloseAsync(default);
        var (next, opened) = await waiting;
        Assert.Equal(2, opened.Epoch);
        await next.CloseAsync(default);
    }

    [Fact]
    public async Task A_link_to_a_store_is_that_store()
    {
        var (store, _) = await folder.OpenAsync();
        var link = Path.Combine(folder.Root, "link.db");
        File.CreateSymbolicLink(link, folder.Path);
        var other = new SqliteStore(folder.Settings with { Path = link });

        var refused = await Assert.ThrowsAsync<StoreException>(() => other.OpenAsync("orders", default).AsTask());

        Assert.Contains(folder.Path, refused.Message, StringComparison.Ordinal);
        Assert.NotNull(StoreVerification.OwnerOf(link));
        await store.CloseAsync(default);
        await other.OpenAsync("orders", default);
        await other.CloseAsync(default);
        Assert.Equal([link], Directory.GetFiles(folder.Root));
    }

    [Fact]
    public async Task A_store_whose_owner_cannot_be_noted_is_held_all_the_same()
    {
        Directory.CreateDirectory(folder.Path + ".owner");
        for (var epoch = 1; epoch < 3; epoch++)
        {
            var (store, opened) = await folder.OpenAsync();
            Assert.Equal(epoch, opened.Epoch);
            var refused = await Assert.ThrowsAsync<StoreException>(() => folder.OpenAsync());
            Assert.Contains("another process", refused.Message, StringComparison.Ordinal);
            await store.CloseAsync(default);
        }
    }

    [Fact]
    public async Task Who_waits_for_the_lock_can_be_told_to_give_up()
    {
        var (store, _) = await folder.OpenAsync();
        using var giveUp = new CancellationTokenSource();
        var waiting = new SqliteStore(folder.Settings with { LockWait = TimeSpan.FromMinutes(5) }).OpenAsync("orders", giveUp.Token).AsTask();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await store.CloseAsync(default);
    }

    [Fact]
    public async Task Only_its_owner_may_read_it()
    {
        var (store, _) = await folder.OpenAsync();
        await store.CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(1, 1)] }, default);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(folder.Path)!));
            foreach (var file in Directory.GetFiles(Path.GetDirectoryName(folder.Path)!))
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }

        await store.CloseAsync(default);
    }

    [Fact]
    public async Task A_file_of_another_kind_is_refused()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.Path)!);
        await File.WriteAllTextAsync(folder.Path, new string('x', 9000));
        await RefusedAsync("no SQLite file");
        Assert.Equal(new string('x', 9000), await File.ReadAllTextAsync(folder.Path));
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.Path)!);
        folder.Run("CREATE TABLE theirs (x)");
        await RefusedAsync("another program");
    }

    [Fact]
    public async Task A_store_of_a_newer_format_is_refused()
    {
        var (store, _) = await folder.OpenAsync();
        await store.CloseAsync(default);
        folder.Run($"PRAGMA user_version = {StoreSchema.Format + 1}");
        await RefusedAsync($"has format {StoreSchema.Format + 1}; this program knows formats up to {StoreSchema.Format}");
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_told()
    {
        await File.WriteAllTextAsync(Path.GetDirectoryName(folder.Path)!, "a file where the folder should be");
        await RefusedAsync("cannot be opened");
    }

    [Theory]
    [InlineData("nfs4", true, false)]
    [InlineData("cifs", true, false)]
    [InlineData("fuse.sshfs", false, true)]
    [InlineData("9p", false, true)]
    [InlineData("ext4", false, false)]
    public void File_systems_of_a_network_are_refused_and_doubtful_ones_told(string format, bool refused, bool warned)
    {
        var check = () => StoreFiles.CheckFileSystem(folder.Path, format, folder.Warnings.Add);
        Assert.Equal(refused, Record.Exception(check) is StoreException);
        Assert.Equal(warned, folder.Warnings.Count == 1);
    }

    [Fact]
    public async Task A_run_whose_epoch_is_no_longer_the_latest_writes_nothing_more()
    {
        var (store, _) = await folder.OpenAsync();
        folder.Run("UPDATE queues SET epoch = 9");
        var fenced = await Assert.ThrowsAsync<StoreException>(
            async () => await store.CommitAsync(new StoreBatch { Accepted = [StoreItems.Accepted(1, 1)] }, default));
        Assert.Contains("fenced", fenced.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreException>(async () => await store.CommitAsync(new StoreBatch(), default));
        await store.CloseAsync(default);
        Assert.Equal(0, folder.Read("SELECT count(*) FROM heads"));
    }

    [Fact]
    public async Task A_store_of_format_1_opens()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.Path)!);
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Storing", "Fixtures", "format-1.db"), folder.Path);
        var (store, opened) = await folder.OpenAsync();
        Assert.Equal(("bb8741993dfa", 2), (opened.Identity.Instance, opened.Epoch));
        Assert.Equal((30, 26, 2, 2), (opened.Counts.Accepted, opened.Counts.Left, opened.Alone, opened.DeadLettersKept));
        Assert.Equal(24, (await store.AllRowsAsync()).Unsettled().Count());
        Assert.Equal(2, (await store.ReadAloneAsync(0, 10, default)).Count);
        Assert.Equal(["a", "b"], (await store.ReadPutIdsAsync(default)).Select(put => put.Id));
        Assert.Equal("file", Assert.Single(opened.Checkpoints).Source);
        Assert.All(await store.ReadDeadLettersAsync(null, 0, 10, default), letter => Assert.Equal("bad", letter.Letter.Reason));
        await store.CloseAsync(default);
    }

    private async Task RefusedAsync(string why)
    {
        var refused = await Assert.ThrowsAsync<StoreException>(() => folder.OpenAsync());
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.Contains(folder.Path, refused.Message, StringComparison.Ordinal);
    }
}
