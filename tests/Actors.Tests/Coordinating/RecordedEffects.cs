using System.Runtime.CompilerServices;
using AkkaPipeline.Coordinating;

namespace AkkaPipeline.Tests.Coordinating;

/// <summary>Notes what the coordinator's core asks for.</summary>
internal sealed class RecordedEffects : ICoordinatorEffects
{
    private readonly List<string> asked = [];

    /// <summary>Joins that were answered and acted on.</summary>
    public int Joins { get; set; }

    public PipelineOutcome? Outcome { get; private set; }

    public IReadOnlyList<string> Reasons { get; private set; } = [];

    public QueueCounts? Counts { get; private set; }

    public int Count(string effect) => asked.Count(one => one == effect);

    public void StopReading() => Note();

    public void ShutDownAndJoin() => Note();

    public void CancelRunning() => Note();

    public void StopGranting() => Note();

    public void AskWhetherStalled() => Note();

    public void ReleaseAll(bool waitsForCommit) => Note();

    public void PoisonConsumers() => Note();

    public void StopConsumers() => Note();

    public void CloseSinks(SinkEnding ending) => Note();

    public void CancelSinks() => Note();

    public void FinishProducers() => Note();

    public void StopQueue() => Note();

    public void CloseStore() => Note();

    public void StartGrace() => Note();

    public void Ended(
        PipelineOutcome outcome, bool sourcesEnded, QueueCounts? counts, IReadOnlyList<string> reasons, Exception? cause)
    {
        Note();
        (Outcome, Reasons, Counts) = (outcome, reasons, counts);
    }

    private void Note([CallerMemberName] string effect = "") => asked.Add(effect);
}
