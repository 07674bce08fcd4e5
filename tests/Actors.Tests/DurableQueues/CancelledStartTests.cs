using AkkaPipeline.Tests.Storing.Sqlite;
using Xunit;

namespace AkkaPipeline.Tests.DurableQueues;

public sealed class CancelledStartTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    private static readonly DurableOptions Patient = new() { LockWait = TimeSpan.FromMinutes(1) };

    [Fact]
    public async Task A_pipeline_whose_start_was_cancelled_while_another_held_its_store_ends_when_it_gets_the_store()
    {
        using var folder = new StoreFolder();
        using var impatience = new CancellationTokenSource();
        var holder = await engine.Pipeline().Durable(folder.Path).StartAsync().Soon();
        var waiting = engine.Pipeline().Durable(folder.Path, Patient).StartAsync(impatience.Token);

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Soon());
        await holder.DisposeAsync();

        await using var next = await engine.Pipeline().Durable(folder.Path, Patient).StartAsync().Soon();
        Assert.Equal(0, (await next.Queue.CountsAsync().Soon()).Accepted);
    }
}
