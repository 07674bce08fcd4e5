using Akka.Actor;
using Xunit;

namespace AkkaPipeline.Tests.Semantics;

public sealed class NullAndPoisonPillSemanticsTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task S11_Null_is_refused()
    {
        await using var running = await WorkQueue.StartAsync<string>(engine.System, engine.NewName()).Soon();

        await Assert.ThrowsAsync<ArgumentNullException>(() => running.Queue.PutAsync(null!).Soon());
        await Assert.ThrowsAsync<ArgumentNullException>(() => running.Queue.TryPutAsync(null!).Soon());

        Assert.Equal(default, await running.Queue.CountsAsync().Soon());
    }

    [Fact]
    public async Task S11_A_source_that_yields_null_has_failed()
    {
        var pipeline = Pipeline.Create<string>(engine.System, engine.NewName())
            .From(["one", null!])
            .Consume(1, (_, _) => ValueTask.CompletedTask);

        var failed = await Assert.ThrowsAsync<PipelineFailedException>(() => pipeline.RunToCompletionAsync().Soon());

        Assert.Contains("null", failed.Message);
        Assert.Equal(1, failed.Settlement!.Acked);
    }

    [Fact]
    public async Task S11_PoisonPill_never_counts()
    {
        await using var running = await engine.Pipeline().Consume(2, (_, _) => ValueTask.CompletedTask).StartAsync().Soon();
        await running.Queue.PutAllAsync(Enumerable.Range(0, 100));
        await running.Queue.JoinAsync().Soon();

        var pool = await engine.ActorAsync(running.Name, "consumers");
        (await engine.ActorAsync(running.Name, "consumers/consumer-0.1")).Tell(PoisonPill.Instance);
        (await engine.ActorAsync(running.Name, "consumers/consumer-1.1")).Tell(PoisonPill.Instance);
        await running.Queue.PutAllAsync(Enumerable.Range(0, 100));

        var settlement = await running.CompleteAsync().Soon();
        Assert.Equal((200, 200), (settlement.Accepted, settlement.Acked));
        Assert.NotEqual(ActorRefs.Nobody, pool);
    }
}
