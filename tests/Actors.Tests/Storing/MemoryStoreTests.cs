using AkkaPipeline.Storing;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Storing;

public sealed class MemoryStoreTests
{
    private readonly MemoryStore store = new();

    [Fact]
    public async Task A_page_goes_on_where_the_last_one_ended_whatever_has_come_and_gone()
    {
        await KeepAsync(1, 2, 3, 4, 5);
        var first = await PageAsync(null, 0, 2);
        Assert.Equal(("1 2", true, 5), Of(first));

        await store.RemoveAsync([first.Items[1], (await PageAsync(null, 2, 1)).Items[0]]);
        await KeepAsync(6);

        Assert.Equal(("4 5", true, 4), Of(await PageAsync(null, first.Items[1].Number, 2)));
        Assert.Equal(("6", false, 4), Of(await PageAsync(null, 5, 2)));
        Assert.Equal(("", false, 4), Of(await PageAsync(null, 6, 2)));
    }

    [Fact]
    public async Task A_page_that_just_fits_is_the_last_one()
    {
        await KeepAsync(1, 2);
        Assert.Equal(("1 2", false, 2), Of(await PageAsync(null, 0, 2)));
        Assert.Equal(("1 2", false, 2), Of(await PageAsync(null, 0, int.MaxValue)));
    }

    [Fact]
    public async Task The_total_is_of_what_fits_and_not_of_the_page()
    {
        await KeepAsync(1, 2, 3, 4, 5);
        Assert.Equal(("3", true, 3), Of(await PageAsync(new DeadLetterFilter { FirstSequence = 3 }, 0, 1)));
        Assert.Equal(("", true, 3), Of(await PageAsync(new DeadLetterFilter { FirstSequence = 3 }, 0, 0)));
    }

    [Fact]
    public async Task Letters_are_found_by_their_ids_in_the_order_of_keeping()
    {
        await KeepAsync(3, 1, 2);
        var filter = new DeadLetterFilter { Ids = [Letters.IdOf(2), Letters.IdOf(9), Letters.IdOf(3)] };
        Assert.Equal(("3 2", false, 2), Of(await PageAsync(filter, 0, 10)));
    }

    [Fact]
    public async Task A_letter_that_comes_again_stands_at_the_end()
    {
        await KeepAsync(1, 2);
        await store.RemoveAsync((await PageAsync(null, 0, 1)).Items);
        await KeepAsync(1);

        Assert.Equal(("2 1", false, 2), Of(await PageAsync(null, 0, 10)));
        Assert.Equal(("1", false, 1), Of(await PageAsync(new DeadLetterFilter { Ids = [Letters.IdOf(1)] }, 0, 10)));
    }

    [Fact]
    public Task It_keeps_what_a_plain_list_would_keep() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 8]).List[0, 40].SampleAsync(async acts =>
        {
            var kept = new MemoryStore();
            var model = new List<long>();
            var last = 0L;
            foreach (var (act, amount) in acts)
            {
                if (act < 2)
                {
                    var added = Enumerable.Range(0, amount).Select(_ => ++last).ToArray();
                    var dropped = act == 0 ? 0 : Math.Min(amount / 2, model.Count + amount);
                    await kept.KeepAsync([.. added.Select(sequence => Letters.Of(sequence))], dropped, default);
                    model.AddRange(added);
                    model.RemoveRange(0, dropped);
                }
                else
                {
                    var filter = act == 2 ? null : new DeadLetterFilter { LastSequence = last - amount };
                    var gone = await kept.ReadAsync(filter, amount, amount, default);
                    await kept.RemoveAsync(gone);
                    model.RemoveAll(gone.Select(letter => letter.Letter.Sequence).Contains);
                }

                var all = await kept.ReadAsync(null, 0, int.MaxValue, default);
                Assert.Equal(model, all.Select(letter => letter.Letter.Sequence));
                Assert.Equal(model.Count, await kept.CountAsync(null, default));
                var byId = new DeadLetterFilter { Ids = [.. Enumerable.Range(1, (int)last).Select(number => Letters.IdOf(number))] };
                Assert.Equal(all, await kept.ReadAsync(byId, 0, int.MaxValue, default));
            }
        });

    private async Task KeepAsync(params IEnumerable<long> sequences) =>
        await store.KeepAsync([.. sequences.Select(sequence => Letters.Of(sequence))], 0, default);

    private Task<StoredDeadLetters> PageAsync(DeadLetterFilter? filter, long after, int limit) =>
        StoredDeadLetters.ReadAsync(store, filter, after, limit, default);

    private static (string Sequences, bool More, long Total) Of(StoredDeadLetters page) =>
        (string.Join(' ', page.Items.Select(kept => kept.Letter.Sequence)), page.More, page.Total);
}
