using Akka.Streams;
using Akka.Streams.Dsl;

namespace AkkaPipeline.Tests.Scenarios;

/// <summary>A stream's end that demands elements only when a test asks for them.</summary>
internal sealed class ByHand<T>(EngineSystem engine) : IAsyncDisposable
{
    private ISinkQueue<T>? queue;
    private UniqueKillSwitch? kill;

    /// <summary>Runs a stream.</summary>
    /// <returns>What it materializes to.</returns>
    public TMaterialized Run<TMaterialized>(Source<T, TMaterialized> source)
    {
        ((var materialized, kill), queue) = source
            .ViaMaterialized(KillSwitches.Single<T>(), Keep.Both)
            .ToMaterialized(Sink.Queue<T>().WithAttributes(Attributes.CreateInputBuffer(1, 1)), Keep.Both)
            .Run(engine.System.Materializer());
        return materialized;
    }

    public async Task<IReadOnlyList<T>> TakeAsync(int count)
    {
        var taken = new List<T>();
        while (taken.Count < count && await queue!.PullAsync().Soon() is { HasValue: true } element)
        {
            taken.Add(element.Value);
        }

        return taken;
    }

    public void Cancel() => kill!.Shutdown();

    public ValueTask DisposeAsync()
    {
        Cancel();
        return ValueTask.CompletedTask;
    }
}
