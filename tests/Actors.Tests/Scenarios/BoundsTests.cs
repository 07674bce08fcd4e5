using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

/// <summary>What makes no sense is refused when it is said.</summary>
public sealed class BoundsTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task A_pool_has_at_most_65536_consumers()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => engine.Pipeline().Consume(65_537, (_, _) => ValueTask.CompletedTask));
        Assert.Throws<ArgumentOutOfRangeException>(() => engine.Pipeline().Consume<int>(65_537, (_, _, _) => ValueTask.CompletedTask));
        await using var running = await engine.Pipeline().Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();

        Assert.Contains("65,536", (await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => running.ResizeAsync(int.MaxValue))).Message);
    }

    [Fact]
    public async Task A_pipeline_that_has_ended_is_not_resized()
    {
        await using var running = await engine.Pipeline().Consume(1, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
        await running.CompleteAsync().Soon();

        Assert.Contains("has ended", (await Assert.ThrowsAsync<InvalidOperationException>(() => running.ResizeAsync(2))).Message);
    }

    [Fact]
    public void What_is_no_value_of_an_enum_and_a_retry_without_attempts_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => engine.Pipeline().InOrderBy(item => item, (KeyFailure)7));
        Assert.Throws<ArgumentOutOfRangeException>(() => engine.Pipeline().Threads((ConsumerThreads)7));
        Assert.Equal("maxAttempts", Assert.Throws<ArgumentOutOfRangeException>(() => engine.Pipeline().Retry(0)).ParamName);
    }

    [Fact]
    public async Task A_negative_size_is_refused()
    {
        await using var running = await engine.Pipeline().SizedBy(item => item).StartAsync().Soon();

        Assert.Contains("negative", (await Assert.ThrowsAsync<InvalidOperationException>(() => running.Queue.PutAsync(-1).Soon())).Message);
    }

    [Fact]
    public async Task A_consumer_that_joins_its_own_pipeline_is_told_so()
    {
        RunningPipeline<int>? running = null;
        Exception? thrown = null;
        running = await engine.Pipeline().Consume(1, async (_, _) => thrown = await Record.ExceptionAsync(() => running!.Queue.JoinAsync()))
            .StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();

        await running.Queue.JoinAsync().Soon();

        Assert.Contains("wait for itself", Assert.IsType<InvalidOperationException>(thrown).Message);
        await running.DisposeAsync();
    }

    [Fact]
    public async Task A_plan_of_a_drain_says_that_a_source_is_not_read_to_its_end()
    {
        await using var running = await engine.Pipeline().From(new CountedSource(int.MaxValue).Read()).Capacity(10)
            .Consume(1, async (_, cancellationToken) => await Task.Delay(Timeout.Infinite, cancellationToken)).StartAsync().Soon();

        Assert.Contains("a source is not read to its end", (await running.PlanDrainAsync(TimeSpan.Zero).Soon()).Basis);
    }
}
