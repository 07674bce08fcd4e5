using AkkaPipeline.Sinking;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Sinking;

public sealed class SinkStateTests
{
    private static readonly BatchBounds Ten = BatchBounds.Default with { ItemsMax = 10 };
    private static readonly BatchBounds Gathering = BatchBounds.Default with { ItemsMax = 3, TimeMax = TimeSpan.FromSeconds(1) };

    /// <summary>Writes, endings of writes and a close in any order.</summary>
    [Fact]
    public void Every_output_is_written_and_answered_once_one_batch_at_a_time_and_closing_comes_last() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[1, 15]).List[0, 80].Sample(steps =>
        {
            var sink = new RecordedSink(Ten);
            var (outputs, closed) = (0, false);
            foreach (var (step, count) in steps)
            {
                if (step <= 1 && !closed)
                {
                    sink.Write([.. Enumerable.Range(outputs, count)]);
                    outputs += count;
                }
                else if (step == 2 && sink.State.IsWriting)
                {
                    sink.Succeed();
                }
                else if (step == 3 && count == 1)
                {
                    closed = true;
                    sink.State.Close(SinkEnding.Complete);
                }
            }

            sink.State.Close(SinkEnding.Interrupted);
            while (sink.State.IsWriting)
            {
                sink.Succeed();
            }

            Assert.Equal(
                Enumerable.Range(0, outputs), sink.Batches.SelectMany(batch => batch.Outputs.Split(' ')).Select(int.Parse));
            Assert.Equal((outputs, outputs), (sink.Answers.Count, sink.RoomFreed));
            Assert.Equal(closed ? SinkEnding.Complete : SinkEnding.Interrupted, Assert.Single(sink.Closings));
        });

    [Fact]
    public void Without_options_a_free_sink_takes_what_has_gathered()
    {
        var sink = new RecordedSink(Ten);

        sink.Write(1, 2);
        sink.Write(3);
        sink.Write(4, 5);
        sink.Succeed();

        Assert.Equal([("1 2", BatchClosedBy.Ready, null), ("3 4 5", BatchClosedBy.Ready, null)], sink.Batches);
    }

    [Fact]
    public void Without_options_the_outputs_of_a_write_are_not_parted()
    {
        var sink = new RecordedSink(Ten);
        sink.Write(0);

        sink.Write([.. Enumerable.Range(1, 8)]);
        sink.Write([.. Enumerable.Range(9, 12)]);
        sink.Succeed();
        sink.Succeed();

        Assert.Equal([8, 12], sink.Batches[1..].Select(batch => batch.Outputs.Split(' ').Length));
        Assert.Equal([BatchClosedBy.Size, BatchClosedBy.Size], sink.Batches[1..].Select(batch => batch.ClosedBy));
    }

    [Fact]
    public void S16_A_batch_closes_when_it_has_its_size_and_the_rest_begins_another()
    {
        var sink = new RecordedSink(Gathering);

        sink.Write(1, 2);
        Assert.Empty(sink.Batches);
        sink.Write(3, 4);
        sink.Succeed();

        Assert.Equal([("1 2 3", BatchClosedBy.Size, null)], sink.Batches);
        Assert.Equal(["w1.0 written", "w1.1 written", "w2.0 written"], sink.Answers);
        sink.Pass(1);
        Assert.Equal(("4", BatchClosedBy.Time, null), sink.Batches[^1]);
    }

    [Fact]
    public void S16_A_batch_closes_when_its_first_output_has_waited_its_time()
    {
        var sink = new RecordedSink(Gathering);

        sink.Write(1);
        sink.Pass(0.7);
        sink.Write(2);
        sink.Pass(0.299);
        Assert.Empty(sink.Batches);
        sink.Pass(0.001);

        Assert.Equal([("1 2", BatchClosedBy.Time, null)], sink.Batches);
    }

    [Fact]
    public void S16_A_batch_closes_by_its_bytes_and_what_is_too_large_is_alone()
    {
        var sink = new RecordedSink(Gathering with { ItemsMax = 100, BytesMax = 10 });

        sink.Write([1, 2, 3, 4, 5, 6], null, null, [4, 4, 4, 50, 6, 4]);
        while (sink.State.IsWriting)
        {
            sink.Succeed();
        }

        Assert.Equal(["1 2", "3", "4", "5 6"], sink.Batches.Select(batch => batch.Outputs));
        Assert.All(sink.Batches, batch => Assert.Equal(BatchClosedBy.Bytes, batch.ClosedBy));
        Assert.Equal((6, 72), (sink.RoomFreed, sink.BytesFreed));
    }

    [Fact]
    public void S16_Each_key_has_a_batch_of_its_own()
    {
        var sink = new RecordedSink(Gathering);

        sink.Write([1, 2, 3, 4, 5], [2, 5], ["a", "b", "a", "b", "a"], null);
        sink.Succeed();
        Assert.Empty(sink.Answers);
        sink.Pass(1);
        sink.Succeed();

        Assert.Equal([("1 3 5", BatchClosedBy.Size, "a"), ("2 4", BatchClosedBy.Time, "b")], sink.Batches);
        Assert.Equal(["w1.0 written", "w1.1 written"], sink.Answers);
        Assert.Contains("w1 done", sink.Told);
    }

    [Fact]
    public void An_item_in_two_batches_fails_if_either_does()
    {
        var sink = new RecordedSink(Gathering);

        sink.Write([1, 2, 3, 4], [1, 4], null, null);
        sink.Fail("bad");
        Assert.Equal(["w1.0 bad"], sink.Answers);
        sink.State.Flush();
        sink.Succeed();

        Assert.Equal(["w1.0 bad", "w1.1 bad"], sink.Answers);
    }

    [Fact]
    public void S16_A_flush_writes_what_gathers_and_nothing_waits_afterwards()
    {
        var sink = new RecordedSink(Gathering);
        sink.WriteKeyed("a", 1);
        sink.WriteKeyed("b", 2);

        sink.State.Flush();
        sink.WriteKeyed("a", 3);
        sink.Succeed();
        sink.Succeed();
        sink.Succeed();
        sink.WriteKeyed("c", 4);

        Assert.Equal(
            [("1", BatchClosedBy.Flush, "a"), ("2", BatchClosedBy.Flush, "b"), ("3", BatchClosedBy.Flush, "a"), ("4", BatchClosedBy.Flush, "c")],
            sink.Batches);
    }

    [Fact]
    public void When_too_many_batches_are_open_the_oldest_is_closed()
    {
        var sink = new RecordedSink(Gathering with { KeysMax = 2 });

        sink.WriteKeyed("a", 1);
        sink.WriteKeyed("b", 2);
        sink.WriteKeyed("c", 3);

        Assert.Equal([("1", BatchClosedBy.Room, "a")], sink.Batches);
    }

    [Fact]
    public void At_most_half_of_the_room_gathers()
    {
        var sink = new RecordedSink(Gathering with { RoomOutputs = 6 });

        sink.WriteKeyed("a", 1, 2);
        sink.WriteKeyed("b", 3);
        Assert.Empty(sink.Batches);
        sink.WriteKeyed("c", 4);

        Assert.Equal([("1 2", BatchClosedBy.Room, "a")], sink.Batches);
    }

    [Fact]
    public void A_failed_batch_is_repeated_in_place_and_nothing_overtakes_it()
    {
        var sink = new RecordedSink(Ten, new RepeatsInPlace(3, attempt => TimeSpan.FromSeconds(attempt)));
        sink.Write(1, 2, 3);
        sink.Write(4);

        sink.FailSome(null, "bad", null);
        Assert.Equal(["w1.0 written", "w1.2 written"], sink.Answers);
        sink.Pass(0.9);
        Assert.Single(sink.Batches);
        sink.Pass(0.1);
        Assert.Equal("2", sink.LastBatch);
        sink.Fail("again");
        sink.Pass(2);
        Assert.Equal("2", sink.LastBatch);
        sink.Succeed();

        Assert.Equal(["w1.0 written", "w1.2 written", "w1.1 written"], sink.Answers);
        Assert.Equal("4", sink.LastBatch);
        Assert.Equal(3, sink.RoomFreed);
    }

    [Fact]
    public void After_the_last_repetition_the_items_fail()
    {
        var sink = new RecordedSink(Ten, new RepeatsInPlace(2, _ => TimeSpan.Zero));
        sink.Write(1);

        sink.Fail("once");
        sink.Fail("twice");

        Assert.Equal(["w1.0 twice"], sink.Answers);
        Assert.False(sink.State.IsWriting);
    }

    [Fact]
    public void An_open_breaker_writes_nothing_until_a_probe_holds()
    {
        var sink = new RecordedSink(Ten);
        sink.Write(1);
        sink.Write(2);

        sink.Fail("down", TimeSpan.FromSeconds(5));
        sink.Write(3);
        sink.Pass(4.9);
        Assert.Single(sink.Batches);
        Assert.Equal(["pause 5", "w1 done"], sink.Told);

        sink.Pass(0.1);
        Assert.Equal("2 3", sink.LastBatch);
        sink.Fail("still down", TimeSpan.FromSeconds(5));
        sink.Write(4);
        sink.Pass(5);
        Assert.Equal("4", sink.LastBatch);
        sink.Succeed();

        Assert.Equal(["pause 5", "w1 done", "pause 5", "w2 done", "w3 done", "resume", "w4 done"], sink.Told);
    }

    [Fact]
    public void Without_anything_to_write_a_probe_is_asked_for_and_asked_for_again()
    {
        var sink = new RecordedSink(Gathering);
        sink.Write(1, 2, 3);
        sink.Fail("down", TimeSpan.FromSeconds(5));

        sink.Pass(5);
        sink.Pass(4.9);
        Assert.Equal(["pause 5", "w1 done", "probe"], sink.Told);
        sink.Pass(0.1);
        Assert.Equal("probe", sink.Told[^1]);
        Assert.Equal(4, sink.Told.Count);

        // The probe's output does not wait for more.
        sink.Write(4);
        Assert.Equal(("4", BatchClosedBy.Ready, null), sink.Batches[^1]);
        sink.Succeed();
        Assert.Equal(["resume", "w2 done"], sink.Told[^2..]);
    }

    [Fact]
    public void A_batch_that_the_breaker_refuses_comes_first_afterwards()
    {
        var sink = new RecordedSink(Ten);
        sink.Write(1);
        sink.Write(2);

        sink.State.Refused(TimeSpan.FromSeconds(5));
        sink.Pass(5);

        Assert.Equal(["1", "1"], sink.Batches.Select(batch => batch.Outputs));
        Assert.Empty(sink.Answers);
    }

    [Fact]
    public void A_sink_that_has_given_up_fails_what_waits_and_what_comes_and_closes()
    {
        var sink = new RecordedSink(Gathering);
        sink.Write(1, 2, 3, 4);

        sink.State.GiveUp();
        sink.Write(5);
        sink.State.Close(SinkEnding.Interrupted);
        Assert.Empty(sink.Closings);
        sink.Succeed();

        Assert.Equal(5, sink.RoomFreed);
        Assert.Equal(5, sink.Answers.Count);
        Assert.Equal(3, sink.Answers.Count(answer => answer.EndsWith("written", StringComparison.Ordinal) && !answer.Contains("not")));
        Assert.Single(sink.Closings);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Closing_waits_neither_for_the_breaker_nor_for_a_repetition(bool breaks)
    {
        var sink = new RecordedSink(Ten, breaks ? null : new RepeatsInPlace(2, _ => TimeSpan.FromHours(1)));
        sink.Write(1);
        sink.Write(2);
        sink.Fail("down", breaks ? TimeSpan.FromHours(1) : null);

        sink.State.Close(SinkEnding.Interrupted);

        Assert.Single(sink.Closings);
        Assert.Equal((2, 2), (sink.RoomFreed, sink.Answers.Count));
    }
}
