using AkkaPipeline.Storing;
using Xunit;

namespace AkkaPipeline.Tests.Storing;

public sealed class CheckpointLedgerTests
{
    private readonly CheckpointLedger ledger = new();

    [Fact]
    public void Settled_items_without_outputs_are_in_it_at_once()
    {
        ledger.Settled(5, 5, SettledAs.DeadLettered);
        ledger.Settled(0, 3, SettledAs.Acked);
        var taken = ledger.Take();

        Assert.Equal((3, 3, 5), (taken.Watermark, taken.Acked, taken.DeadLettered));
        Assert.Equal([new NumberRange(5, 5)], taken.Settled.AboveWatermark);
    }

    [Fact]
    public void A_write_is_in_it_once_all_its_items_are_settled_and_not_before()
    {
        ledger.Written("out", 100, [new(0, 10)]);
        ledger.Settled(0, 4, SettledAs.Acked);
        ledger.Settled(6, 4, SettledAs.Acked);
        var before = ledger.Take();
        ledger.Settled(4, 2, SettledAs.Acked);
        var after = ledger.Take();

        Assert.Equal((0, 0, 0), (before.Settled.Count, before.Outputs["out"], before.Acked));
        Assert.Equal((10, 100, 10), (after.Watermark, after.Outputs["out"], after.Acked));
    }

    [Fact]
    public void A_write_behind_one_that_waits_waits_too()
    {
        ledger.Written("out", 10, [new(0, 1)]);
        ledger.Written("out", 20, [new(1, 1)]);
        ledger.Settled(1, 1, SettledAs.Acked);
        var taken = ledger.Take();

        Assert.Equal((0, 0), (taken.Settled.Count, taken.Outputs["out"]));
    }

    [Fact]
    public void A_write_whose_item_has_outputs_in_a_later_write_that_waits_is_not_in_it()
    {
        ledger.Written("out", 10, [new(0, 2)]);
        ledger.Written("out", 20, [new(1, 2)]);
        ledger.Settled(0, 2, SettledAs.Acked);

        Assert.Equal(0, ledger.Take().Outputs["out"]);

        ledger.Settled(2, 1, SettledAs.Acked);
        Assert.Equal((3, 20), (ledger.Take().Watermark, ledger.LengthOf("out")));
    }

    [Fact]
    public void Both_files_are_cut_at_the_same_moment()
    {
        ledger.Written("out", 10, [new(0, 1), new(2, 1)]);
        ledger.Written("rejected", 70, [new(1, 1), new(2, 1)]);
        ledger.Written("out", 20, [new(3, 2)]);
        ledger.Settled(0, 3, SettledAs.Acked);
        ledger.Settled(4, 1, SettledAs.Acked);
        ledger.Written("rejected", 90, [new(4, 1)]);
        var taken = ledger.Take();

        Assert.Equal((3, 10, 70), (taken.Settled.Count, taken.Outputs["out"], taken.Outputs["rejected"]));
    }

    [Fact]
    public void An_item_that_is_tried_again_stands_in_a_row_and_holds_nothing_back()
    {
        ledger.Settled(1, 9, SettledAs.Acked);
        ledger.Moved(0);
        var moved = ledger.Take();
        ledger.Written("out", 10, [new(0, 1)]);
        var retried = ledger.Take();
        ledger.Settled(0, 1, SettledAs.Acked);
        var done = ledger.Take();

        Assert.Equal((10, 9), (moved.Watermark, moved.Acked));
        Assert.Equal([0], moved.RowsWritten);
        Assert.Equal(0, retried.Outputs["out"]);
        Assert.Empty(retried.RowsSettled);
        Assert.Equal((10, 10), (done.Acked, done.Outputs["out"]));
        Assert.Equal([0], done.RowsSettled);
    }

    [Fact]
    public void An_item_that_is_tried_again_and_ends_before_the_next_checkpoint_never_has_a_row()
    {
        ledger.Moved(0);
        ledger.Moved(0);
        ledger.Settled(0, 1, SettledAs.DeadLettered);
        var taken = ledger.Take();

        Assert.Equal((1, 1), (taken.Watermark, taken.DeadLettered));
        Assert.Empty(taken.RowsWritten);
        Assert.Empty(taken.RowsSettled);
    }

    [Fact]
    public void Outputs_of_an_attempt_that_failed_hold_nothing_back()
    {
        ledger.Written("out", 10, [new(0, 2)]);
        ledger.Settled(1, 1, SettledAs.Acked);
        ledger.Moved(0);
        var taken = ledger.Take();

        Assert.Equal((2, 10), (taken.Watermark, taken.Outputs["out"]));
        Assert.Equal([0], taken.RowsWritten);
    }

    [Fact]
    public void A_row_is_written_anew_with_each_further_attempt()
    {
        ledger.Moved(0);
        ledger.Take();
        Assert.Empty(ledger.Take().RowsWritten);
        ledger.Moved(0);
        Assert.Equal([0], ledger.Take().RowsWritten);
    }

    [Fact]
    public void A_row_of_an_earlier_run_may_be_called_by_a_number_of_no_item()
    {
        var resumed = new CheckpointLedger(new StoredCheckpoint("in", 4, [new(6, 2)], "", new Dictionary<string, long> { ["out"] = 50 }));
        resumed.Restored(-1);
        resumed.Written("out", 60, [new(-1, 1), new(4, 1)]);
        resumed.Settled(4, 1, SettledAs.Acked);
        var before = resumed.Take();
        resumed.Settled(-1, 1, SettledAs.Acked);
        var after = resumed.Take();

        Assert.Equal((4, 50), (before.Watermark, before.Outputs["out"]));
        Assert.Equal((5, 60, 2), (after.Watermark, after.Outputs["out"], after.Acked));
        Assert.Equal([-1], after.RowsSettled);
    }

    [Fact]
    public void What_the_source_may_give_otherwise_is_left_out_until_the_end()
    {
        ledger.Written("out", 10, [new(0, 3)]);
        ledger.Written("out", 20, [new(3, 2)]);
        ledger.Settled(0, 5, SettledAs.Acked);

        Assert.Equal((3, 10), (ledger.Take(firmBelow: 4).Watermark, ledger.LengthOf("out")));
        Assert.Equal((5, 20), (ledger.Take().Watermark, ledger.LengthOf("out")));
    }

    [Fact]
    public void A_write_that_comes_after_its_item_has_ended_holds_nothing_back()
    {
        ledger.Settled(0, 1, SettledAs.DeadLettered);
        ledger.Take();
        ledger.Written("out", 10, [new(0, 1)]);

        Assert.True(ledger.HasNews);
        Assert.Equal(10, ledger.Take().Outputs["out"]);
        Assert.False(ledger.HasNews);
    }
}
