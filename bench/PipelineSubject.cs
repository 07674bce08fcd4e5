using Akka.Actor;
using AkkaPipeline.Bench.Measuring;

namespace AkkaPipeline.Bench;

/// <summary>The library, by its public API and with its defaults.</summary>
internal sealed class PipelineSubject<T>(int lapsPerRound) : ISubject<T>
{
    /// <summary>Akka's default would put log lines between the figures.</summary>
    private readonly ActorSystem system = ActorSystem.Create("bench", "akka.loglevel = WARNING");

    private int runs;

    public string Name => "akka-pipeline";

    public SubjectKind Kind => SubjectKind.Pipeline;

    public int LapsPerRound { get; } = lapsPerRound;

    public async Task RunAsync(Workload<T> workload)
    {
        Settlement settlement = await Pipeline.Create<T>(system, $"memory-{++runs}")
            .From(workload.Source)
            .Consume(MemoryScenario.Consumers, (delivery, _) =>
            {
                workload.Handle(delivery.Item);
                return ValueTask.CompletedTask;
            })
            .RunToCompletionAsync(CancellationToken.None);

        if (settlement.Outcome != PipelineOutcome.Completed || settlement.Acked != settlement.Accepted)
            throw new InvalidOperationException($"The pipeline did not complete: {settlement}");
    }

    public async ValueTask DisposeAsync() => await system.Terminate();
}
