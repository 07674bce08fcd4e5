using Xunit;

namespace AkkaPipeline.Tests.Sinking;

public sealed class BatchResultTests
{
    private static readonly Exception Bad = new InvalidDataException("bad");

    [Fact]
    public void Written_fits_every_batch() => Assert.Null(BatchResult.Written.FailuresOf(17));

    [Fact]
    public void A_result_with_every_output_marked_written_is_written()
    {
        var result = new BatchResult(2);
        result.MarkWritten(1);
        result.MarkWritten(0);

        Assert.Null(result.FailuresOf(2));
    }

    [Fact]
    public void What_is_left_unmentioned_has_failed_and_says_so()
    {
        var result = new BatchResult(4);
        result.MarkWritten(0);
        result.MarkFailed(2, Bad);

        var failures = result.FailuresOf(4)!;

        Assert.Null(failures[0]);
        Assert.Same(Bad, failures[2]);
        var unmentioned = Assert.IsType<UnmentionedOutputException>(failures[1]);
        Assert.Same(unmentioned, failures[3]);
        Assert.Contains("2 of the batch's 4", unmentioned.Message);
    }

    [Fact]
    public void The_rest_can_be_marked_written_and_the_last_mark_holds()
    {
        var result = new BatchResult(3);
        result.MarkFailed(0, Bad);
        result.MarkFailed(1, Bad);
        result.MarkWritten(1);
        result.MarkRestWritten();

        Assert.Equal([Bad, null, null], result.FailuresOf(3)!);
    }

    [Fact]
    public void A_result_for_another_number_of_outputs_says_so()
    {
        var thrown = Assert.Throws<InvalidOperationException>(() => new BatchResult(2).FailuresOf(3));

        Assert.Contains("a result for 2 outputs, and the batch has 3", thrown.Message);
    }

    [Fact]
    public void Marks_that_make_no_sense_are_refused()
    {
        Assert.Throws<InvalidOperationException>(() => BatchResult.Written.MarkWritten(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchResult(2).MarkWritten(2));
        Assert.Throws<ArgumentNullException>(() => new BatchResult(2).MarkFailed(0, null!));
    }
}
