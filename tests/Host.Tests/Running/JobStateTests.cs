using AkkaPipeline.Configuring;
using AkkaPipeline.Host.Files;
using AkkaPipeline.Host.Running;
using AkkaPipeline.Host.Tests.Program;
using Xunit;

namespace AkkaPipeline.Host.Tests.Running;

public sealed class JobStateTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_state_goes_with_all_that_stands_beside_it_and_nothing_else()
    {
        foreach (string name in (string[])["s", "s-wal", "s-shm", "s.lock", "s.owner", "s.reserve", "s.lines-2", "s.conf", "st", "s-2"])
        {
            File.WriteAllText(folder[name], "");
        }

        var state = new JobState(QueueDurability.Checkpoint, folder["s"]);
        Assert.True(state.IsThere);
        state.Delete();

        Assert.False(state.IsThere);
        Assert.Equal(["s-2", "s.conf", "st"], folder.Names);
        state.Delete();
    }

    [Fact]
    public void A_state_that_another_run_uses_stays()
    {
        File.WriteAllText(folder["s"], "");
        using var held = new FileStream(folder["s.lock"], FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        var refused = Assert.Throws<IOException>(() => new JobState(QueueDurability.Checkpoint, folder["s"]).Delete());

        Assert.Contains("If another run uses it", refused.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["s"]));
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
        var state = new JobState(QueueDurability.None, folder["s"]);
        state.Delete();

        Assert.False(state.IsThere);
        Assert.Equal(["s"], folder.Names);
    }
}
