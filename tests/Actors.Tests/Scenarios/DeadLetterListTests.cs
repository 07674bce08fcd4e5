using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

public sealed class DeadLetterListTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task Dead_letters_are_listed_in_pages_oldest_first()
    {
        await using var running = await engine.Pipeline().Consume(1, new Moody().Consume).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 25));
        await running.Queue.JoinAsync().Soon();

        var pages = new List<DeadLetterPage<int>>();
        string? next = null;
        do
        {
            pages.Add(await running.DeadLetters.ListAsync(limit: 10, after: next).Soon());
            next = pages[^1].Next;
        }
        while (next is not null);

        Assert.Equal([10, 10, 5], pages.Select(page => page.Items.Count));
        Assert.All(pages, page => Assert.Equal(25, page.Total));
        Assert.Equal(Enumerable.Range(0, 25), pages.SelectMany(page => page.Items).Select(letter => letter.Item));
    }

    [Fact]
    public async Task Dead_letters_are_found_by_what_is_known_of_them()
    {
        var clock = new FakeTimeProvider();
        var moody = new Moody(item => item % 2 == 0 ? new FileNotFoundException($"no file {item}") : new FormatException("odd"));
        await using var running = await engine.Pipeline().Clock(clock).Consume(1, moody.Consume).StartAsync().Soon();
        await running.Queue.PutAllAsync(0, 1, 2);
        await running.Queue.UntilAsync(now => now.DeadLettered == 3);
        clock.Advance(TimeSpan.FromHours(1));
        await running.Queue.PutAllAsync(3, 4, 5);
        await running.Queue.UntilAsync(now => now.DeadLettered == 6);

        Assert.Equal([0, 2, 4], await ItemsAsync(new DeadLetterFilter { ErrorType = "FileNotFoundException" }));
        Assert.Equal([1, 3, 5], await ItemsAsync(new DeadLetterFilter { ErrorType = "System.FormatException" }));
        Assert.Equal([4], await ItemsAsync(new DeadLetterFilter { ReasonContains = "NO FILE 4" }));
        Assert.Equal([3, 4, 5], await ItemsAsync(new DeadLetterFilter { Since = clock.GetUtcNow() }));
        Assert.Equal([0, 1, 2], await ItemsAsync(new DeadLetterFilter { Until = clock.GetUtcNow() }));
        Assert.Equal([1, 2], await ItemsAsync(new DeadLetterFilter { FirstSequence = 2, LastSequence = 3 }));
        Assert.Empty(await ItemsAsync(new DeadLetterFilter { Cause = DeadLetterCause.Rejected }));
        Assert.Equal(3, await running.DeadLetters.CountAsync(new DeadLetterFilter { ErrorType = "FormatException" }).Soon());
        Assert.Equal(6, await running.DeadLetters.CountAsync().Soon());

        async Task<IEnumerable<int>> ItemsAsync(DeadLetterFilter filter)
        {
            var page = await running.DeadLetters.ListAsync(filter).Soon();
            Assert.Equal(page.Items.Count, page.Total);
            return page.Items.Select(letter => letter.Item);
        }
    }

    [Fact]
    public async Task One_is_found_by_its_id()
    {
        await using var running = await engine.Pipeline().Consume(1, new Moody().Consume).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3);
        await running.Queue.JoinAsync().Soon();
        var second = (await running.DeadLetters.AllAsync())[1];

        Assert.Same(second, await running.DeadLetters.FindAsync(second.Id).Soon());
        Assert.Null(await running.DeadLetters.FindAsync("nothing/1/0/2").Soon());
    }

    [Fact]
    public async Task While_dead_letters_come_and_go_none_is_passed_over_and_none_is_shown_twice()
    {
        await using var running = await engine.Pipeline().Consume(2, new Moody().Consume).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 500));
        await running.Queue.JoinAsync().Soon();
        var coming = Task.Run(() => running.Queue.PutAllAsync(Enumerable.Range(500, 500)));
        var shown = new List<DeadLetteredItem<int>>();
        string? next = null;
        do
        {
            var page = await running.DeadLetters.ListAsync(limit: 20, after: next).Soon();
            shown.AddRange(page.Items);
            Assert.Equal(1, await running.DeadLetters.DropAsync(page.Items[0].Id).Soon());
            next = page.Next;
        }
        while (next is not null);

        await coming.Soon();
        Assert.Equal(shown.Count, shown.Select(letter => letter.Id).Distinct().Count());
        Assert.Superset(Enumerable.Range(0, 500).ToHashSet(), shown.Select(letter => letter.Item).ToHashSet());
    }

    [Fact]
    public async Task Where_a_sink_takes_the_dead_letters_none_are_kept()
    {
        var sink = new RecordingSink<DeadLetteredItem<int>>();
        await using var running = await engine.Pipeline().DeadLettersTo(sink)
            .Consume(1, new Moody().Consume).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2);
        await running.Queue.JoinAsync().Soon();

        Assert.Equal(2, sink.Written.Count);
        Assert.Empty(await running.DeadLetters.AllAsync());
        Assert.Null(await running.DeadLetters.FindAsync(sink.Written[0].Id).Soon());
        Assert.Equal(0, await running.DeadLetters.RequeueAllAsync().Soon());
        Assert.Equal(0, await running.DeadLetters.DropAllAsync().Soon());
        Assert.Equal(2, (await running.Queue.CountsAsync().Soon()).DeadLettered);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("the second one")]
    [InlineData("99999999999999999999")]
    public async Task A_page_that_begins_nowhere_is_refused(string after)
    {
        await using var running = await engine.QueueAsync();
        var thrown = await Assert.ThrowsAsync<ArgumentException>(() => running.DeadLetters.ListAsync(after: after).Soon());
        Assert.Equal("after", thrown.ParamName);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        await using var running = await engine.QueueAsync();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => running.DeadLetters.ListAsync(limit: 0).Soon());
        await Assert.ThrowsAsync<ArgumentNullException>(() => running.DeadLetters.RequeueAsync((DeadLetterFilter)null!).Soon());
        await Assert.ThrowsAsync<ArgumentNullException>(() => running.DeadLetters.DropAsync((string)null!).Soon());
        Assert.Throws<ArgumentOutOfRangeException>(() => engine.Pipeline().DeadLettersKept(0));
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_ends()
    {
        await using var running = await engine.QueueAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => running.DeadLetters.ListAsync(cancellationToken: new CancellationToken(canceled: true)).Soon());
    }
}
