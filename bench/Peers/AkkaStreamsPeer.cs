using Akka;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using AkkaPipeline.Bench.Measuring;

namespace AkkaPipeline.Bench.Peers;

/// <summary>
/// Akka.Streams' own way to work on several items at once. All stages run in one actor; a consumer that returns at
/// once, as here, costs no hop to another thread.
/// </summary>
internal sealed class AkkaStreamsPeer<T> : ISubject<T>
{
    private static readonly Task<Done> Handled = Task.FromResult(Done.Instance);

    private readonly ActorSystem system;
    private readonly ActorMaterializer materializer;

    public AkkaStreamsPeer(int lapsPerRound)
    {
        LapsPerRound = lapsPerRound;
        system = ActorSystem.Create("streams-peer", "akka.loglevel = WARNING");
        materializer = system.Materializer();
    }

    public string Name => "akka-streams";

    public SubjectKind Kind => SubjectKind.OtherItemWise;

    public int LapsPerRound { get; }

    public async Task RunAsync(Workload<T> workload) =>
        await Source.From(workload.Source)
            .SelectAsyncUnordered(MemoryScenario.Consumers, item => Handle(workload.Consume(item, CancellationToken.None)))
            .RunWith(Sink.Ignore<Done>(), materializer);

    public async ValueTask DisposeAsync()
    {
        materializer.Dispose();
        await system.Terminate();
    }

    private static Task<Done> Handle(ValueTask handled) =>
        handled.IsCompletedSuccessfully ? Handled : FinishAsync(handled);

    private static async Task<Done> FinishAsync(ValueTask handled)
    {
        await handled;
        return Done.Instance;
    }
}
