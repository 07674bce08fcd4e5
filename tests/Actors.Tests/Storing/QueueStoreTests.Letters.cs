using AkkaPipeline.Storing;
using Xunit;

namespace AkkaPipeline.Tests.Storing;

public abstract partial class QueueStoreTests
{
    public static TheoryData<DeadLetterFilter, string> Filters { get; } = new()
    {
        { new DeadLetterFilter(), "1 2 3 4 5 6" },
        { new DeadLetterFilter { Key = "a" }, "2 5" },
        { new DeadLetterFilter { Key = "" }, "" },
        { new DeadLetterFilter { Cause = DeadLetterCause.Rejected }, "2 4 6" },
        { new DeadLetterFilter { FirstSequence = 2, LastSequence = 4 }, "2 3 4" },
        { new DeadLetterFilter { Since = StoreItems.Noon.AddMinutes(2).ToOffset(TimeSpan.FromHours(5)), Until = StoreItems.Noon.AddMinutes(4) }, "2 3" },
        { new DeadLetterFilter { Ids = [Letters.IdOf(6), Letters.IdOf(1), "'; DROP TABLE dead_letters"] }, "1 6" },
        { new DeadLetterFilter { Ids = [] }, "" },
        { new DeadLetterFilter { ReasonContains = "ODD" }, "1 3 5" },
        { new DeadLetterFilter { ErrorType = "IOException", FirstSequence = 5 }, "5 6" },
        { new DeadLetterFilter { ErrorType = "Exception" }, "" },
    };

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task Letters_are_found_by_any_filter_and_in_pages(DeadLetterFilter filter, string expected)
    {
        await CommitAsync(new StoreBatch
        {
            DeadLetters = [.. Enumerable.Range(1, 6).Select(number => StoreItems.Letter(number, number % 2 == 1 ? "an odd one" : "bad", number % 3 == 2 ? "a" : null))],
        });
        await ReopenAsync();
        Assert.Equal(expected, Of(await store.ReadDeadLettersAsync(filter, 0, int.MaxValue, default)));
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length, await store.CountDeadLettersAsync(filter, default));

        var pages = new List<StoredDeadLetter>();
        while (await store.ReadDeadLettersAsync(filter, pages is [] ? 0 : pages[^1].Number, 1, default) is [var next])
        {
            pages.Add(next);
        }

        Assert.Equal(expected, Of(pages));
    }

    [Fact]
    public async Task A_letter_comes_back_whole()
    {
        var letter = StoreItems.Letter(1, "it's \"bad\"\n", "kéy");
        await CommitAsync(new StoreBatch { DeadLetters = [letter] });
        await ReopenAsync();

        var read = (EncodedDeadLetter)Assert.Single(await store.ReadDeadLettersAsync(null, 0, 10, default)).Letter;
        Assert.Equal(
            letter with { Attempts = null!, Headers = null!, Payload = default },
            read with { Attempts = null!, Headers = null!, Payload = default });
        Assert.Equal(letter.Attempts, read.Attempts);
        Assert.Equal(letter.Headers, read.Headers);
        Assert.Equal(letter.Payload.ToArray(), read.Payload.ToArray());
    }

    [Fact]
    public async Task Letters_get_growing_numbers_and_none_twice()
    {
        await CommitAsync(new StoreBatch { DeadLetters = [StoreItems.Letter(7), StoreItems.Letter(5), StoreItems.Letter(6)] });
        Assert.Equal("7 5 6", Of(await store.ReadDeadLettersAsync(null, 0, 10, default)));

        var read = await store.ReadDeadLettersAsync(null, 0, 10, default);
        await CommitAsync(new StoreBatch { DeadLettersRemoved = [read[1].Number, read[2].Number, 999], DeadLetters = [StoreItems.Letter(8)] });
        await CommitAsync(new StoreBatch { DeadLettersRemoved = [(await store.ReadDeadLettersAsync(null, read[2].Number, 10, default))[0].Number] });
        Assert.Equal(1, (await ReopenAsync()).DeadLettersKept);

        await CommitAsync(new StoreBatch { DeadLetters = [StoreItems.Letter(5)] });
        var after = await store.ReadDeadLettersAsync(null, 0, 10, default);
        Assert.Equal("7 5", Of(after));
        Assert.True(after[1].Number > read[2].Number + 1);
    }

    [Fact]
    public async Task The_oldest_go_once_the_new_ones_are_kept()
    {
        await CommitAsync(new StoreBatch { DeadLetters = [StoreItems.Letter(1), StoreItems.Letter(2), StoreItems.Letter(3)] });
        await CommitAsync(new StoreBatch { DeadLetters = [StoreItems.Letter(4)], OldestDeadLettersDropped = 2 });
        Assert.Equal("3 4", Of(await store.ReadDeadLettersAsync(null, 0, 10, default)));
        await CommitAsync(new StoreBatch { OldestDeadLettersDropped = 9 });
        Assert.Equal(0, (await ReopenAsync()).DeadLettersKept);
    }

    [Fact]
    public async Task Letters_can_be_read_when_the_store_is_closed()
    {
        await CommitAsync(new StoreBatch { DeadLetters = [StoreItems.Letter(1), StoreItems.Letter(2), StoreItems.Letter(3)] });
        await store.CloseAsync(default);

        Assert.Equal("2 3", Of(await store.ReadDeadLettersAsync(null, 1, 10, default)));
        Assert.Equal(3, await store.CountDeadLettersAsync(null, default));
    }

    [Fact]
    public async Task Put_ids_are_remembered_within_their_window()
    {
        var puts = Enumerable.Range(1, 8).Select(number => new StoredPutId($"put'{number}\0", number, StoreItems.Noon.AddTicks(number))).ToArray();
        await CommitAsync(new StoreBatch { PutIds = puts[..3] });
        await CommitAsync(new StoreBatch { PutIds = puts[3..6], PutIdsMax = 4 });
        Assert.Equal(puts[2..6], await store.ReadPutIdsAsync(default));
        await ReopenAsync();
        await CommitAsync(new StoreBatch { PutIds = [puts[0], .. puts[6..]], PutIdsMax = 4 });
        Assert.Equal([puts[5], puts[0], puts[6], puts[7]], await store.ReadPutIdsAsync(default));
    }

    [Fact]
    public async Task A_checkpoint_takes_the_place_of_the_one_before()
    {
        var lengths = new Dictionary<string, long> { ["out/a.jsonl"] = 1L << 40, ["b"] = 0 };
        var checkpoint = new StoredCheckpoint("b", 5, [new NumberRange(7, 2), new NumberRange(11, 1)], "{\"offset\":9}", lengths);
        await CommitAsync(new StoreBatch { Checkpoint = checkpoint with { Watermark = 1 } });
        await CommitAsync(new StoreBatch { Checkpoint = new StoredCheckpoint("a", 1, [], "", new Dictionary<string, long>()) });
        await CommitAsync(new StoreBatch { Checkpoint = checkpoint });

        var read = (await ReopenAsync()).Checkpoints;
        Assert.Equal(["a", "b"], read.Select(one => one.Source));
        Assert.Equal((5, checkpoint.Position), (read[1].Watermark, read[1].Position));
        Assert.Equal(checkpoint.Settled, read[1].Settled);
        Assert.Equal(lengths, read[1].Outputs);
    }

    private static string Of(IEnumerable<StoredDeadLetter> letters) => string.Join(' ', letters.Select(kept => kept.Letter.Sequence));
}
