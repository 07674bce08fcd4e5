using AkkaPipeline.Queueing;
using AkkaPipeline.Storing;
using Xunit;

namespace AkkaPipeline.Tests.Storing;

public sealed class RunningPageTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("running-").FullName;
    private int runs;

    private string File => Path.Combine(folder, "queue.db.running");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_ran_when_a_process_died_is_known_to_the_next()
    {
        var page = Open();
        var (one, other, done) = (page.Take()!, page.Take()!, page.Take()!);
        one.Set(7);
        other.Set(5);
        done.Set(9);
        page.GiveBack(done);

        Assert.Equal([new(5, false), new(7, false)], Open().Suspects);
    }

    [Fact]
    public void A_queue_that_ends_leaves_nobody_to_suspect()
    {
        var page = Open();
        page.Take()!.Set(7);
        page.Close();

        Assert.Empty(Open().Suspects);
    }

    [Fact]
    public void A_queue_that_ends_leaves_no_memory_mapped_once_given_up_code_has_returned()
    {
        var page = Open();
        var slots = Enumerable.Range(0, 200).Select(_ => page.Take()!).ToList();
        page.Close();
        Assert.Null(page.Take());

        slots.ForEach(slot =>
        {
            slot.Set(7);
            page.GiveBack(slot);
        });
        Assert.All(slots, slot => Assert.True(slot.Part.IsUnmapped));
    }

    [Fact]
    public void A_machine_that_was_started_anew_has_nobody_to_suspect()
    {
        Open().Take()!.Set(7);

        Assert.Empty(Open(boot: "another").Suspects);
    }

    [Fact]
    public void A_process_does_not_suspect_what_it_runs_itself()
    {
        Open(process: "this").Take()!.Set(7);

        Assert.Empty(Open(process: "this").Suspects);
    }

    [Theory]
    [InlineData("another", 9)]
    [InlineData("store", 1)]
    public void A_page_of_another_store_or_of_a_later_run_of_it_is_not_believed(string instance, int epoch)
    {
        Open(epoch: 5).Take()!.Set(7);

        Assert.Empty(Open(instance: instance, epoch: epoch).Suspects);
    }

    [Fact]
    public void A_suspect_that_runs_alone_when_the_process_dies_two_more_times_is_proven()
    {
        Open().Take()!.Set(7);
        DieAlone(7);
        Assert.Equal([new(7, false)], Open().Suspects);

        DieAlone(7);
        Assert.Equal([new(7, true)], Open().Suspects);
        Assert.Equal([new(7, true)], Open().Suspects);
    }

    [Fact]
    public void It_is_not_proven_while_another_still_runs_or_before_it_begins()
    {
        Open().Take()!.Set(7);
        DieAlone(7);
        var second = Open();
        second.Note(7, SuspectStanding.RunsAlone);
        second.Take()!.Set(7);
        second.Take()!.Set(8);
        var third = Open();
        Assert.Equal([new(7, false), new(8, false)], third.Suspects);

        third.Note(7, SuspectStanding.RunsAlone);
        Assert.Equal([new(7, false), new(8, false)], Open().Suspects);
    }

    [Fact]
    public void What_was_cleared_is_not_suspected_again_and_the_rest_outlives_an_orderly_end()
    {
        var first = Open();
        first.Take()!.Set(7);
        first.Take()!.Set(8);
        var second = Open();
        second.Note(7, SuspectStanding.Cleared);
        second.Close();

        var third = Open();
        Assert.Equal([new(8, false)], third.Suspects);
        third.Note(8, SuspectStanding.Cleared);
        third.Close();
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public void A_charged_suspect_is_proven_by_one_more_death()
    {
        Open().Take()!.Set(7);
        DieAlone(7);
        DieAlone(7);
        Open().Note(7, SuspectStanding.Charged);
        Assert.Equal([new(7, false)], Open().Suspects);

        DieAlone(7);
        Assert.Equal([new(7, true)], Open().Suspects);
    }

    [Fact]
    public void There_are_as_many_slots_as_are_taken()
    {
        var page = Open();
        for (var sequence = 1; sequence <= 1_000; sequence++)
        {
            page.Take()!.Set(sequence);
        }

        var next = Open();
        Assert.Equal(Enumerable.Range(1, 1_000).Select(sequence => new SuspectedItem(sequence, false)), next.Suspects);
        next.Take()!.Set(2_000);
        Assert.Equal(1_001, Open().Suspects.Count);
    }

    [Fact]
    public void Whatever_stands_in_the_file_it_opens()
    {
        var random = new Random(1);
        Open().Take()!.Set(7);
        var whole = System.IO.File.ReadAllBytes(File);
        for (var round = 0; round < 300; round++)
        {
            var bytes = whole[..random.Next(whole.Length + 1)];
            for (var flip = random.Next(20); flip > 0 && bytes.Length > 0; flip--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            System.IO.File.WriteAllBytes(File, bytes);
            Open();
        }
    }

    private void DieAlone(long sequence)
    {
        var page = Open();
        page.Note(sequence, SuspectStanding.RunsAlone);
        page.Take()!.Set(sequence);
    }

    private RunningPage Open(string? process = null, string boot = "boot", string instance = "store", int? epoch = null)
    {
        runs++;
        return RunningPage.Open(
            File, new StoreOpened(new QueueIdentity("orders", instance), epoch ?? runs), process ?? $"process {runs}", boot);
    }
}
