namespace AkkaPipeline.Coordinating;

/// <summary>What the coordinator's core asks its shell to do.</summary>
internal interface ICoordinatorEffects
{
    /// <summary>The sources stop; what they have emitted is still accepted.</summary>
    void StopReading();

    /// <summary>No more puts, and word when everything is settled.</summary>
    void ShutDownAndJoin();

    /// <summary>Nothing more is granted, running code is cancelled; word when nothing is in flight.</summary>
    void CancelRunning();

    /// <summary>Nothing more is granted, what runs goes on; word when nothing is in flight.</summary>
    void StopGranting();

    /// <summary>Word of whether the queue is stalled now, with all that has been put.</summary>
    void AskWhetherStalled();

    /// <summary>Fences and releases what is left.</summary>
    /// <param name="waitsForCommit">Whether word comes only once the store has committed what was settled.</param>
    void ReleaseAll(bool waitsForCommit);

    void PoisonConsumers();

    /// <summary>Stops consumers that may still be running something.</summary>
    void StopConsumers();

    void CloseSinks(SinkEnding ending);

    /// <summary>Whatever the sinks are doing, it is not waited for any longer.</summary>
    void CancelSinks();

    /// <summary>The sources hear the last of what is settled.</summary>
    void FinishProducers();

    void StopQueue();

    void CloseStore();

    /// <summary>Word after a while, for what is not to be waited for without end.</summary>
    void StartGrace();

    void Ended(PipelineOutcome outcome, bool sourcesEnded, QueueCounts? counts, IReadOnlyList<string> reasons, Exception? cause);
}
