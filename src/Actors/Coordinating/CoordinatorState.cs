using AkkaPipeline.Queueing;

namespace AkkaPipeline.Coordinating;

/// <summary>How far a pipeline is. It only goes forward.</summary>
internal enum PipelinePhase
{
    /// <summary>Items flow.</summary>
    Running,

    /// <summary>The sources have been told to stop.</summary>
    StoppingSources,

    /// <summary>No more puts; waits until everything is settled.</summary>
    Joining,

    /// <summary>A rule for halting is met: nothing more is granted, what runs finishes.</summary>
    Halting,

    /// <summary>The deadline has passed: running code has been cancelled.</summary>
    Cancelling,

    /// <summary>What is left is being released.</summary>
    Releasing,

    /// <summary>The consumers stop.</summary>
    StoppingConsumers,

    /// <summary>The sinks close.</summary>
    ClosingSinks,

    /// <summary>The sources hear the last of what is settled.</summary>
    FinishingProducers,

    /// <summary>The store closes.</summary>
    ClosingStore,

    /// <summary>Over.</summary>
    Ended,
}

/// <summary>
/// A pipeline's life without its actor: completion, drain, deadline, failure, and the order in which the roles end.
/// </summary>
/// <param name="effects">The shell.</param>
/// <param name="sources">How many sources there are.</param>
/// <param name="endsWithSources">Whether the pipeline is over once its sources have ended and all is settled.</param>
/// <param name="keepsItems">Whether what is not settled outlives the pipeline: a drain then leaves it for the next start.</param>
internal sealed class CoordinatorState(
    ICoordinatorEffects effects, int sources, bool endsWithSources, bool keepsItems = false)
{
    private readonly HashSet<int> sourcesOver = [];
    private readonly List<string> reasons = [];
    private PipelineOutcome outcome = PipelineOutcome.Completed;
    private Exception? cause;
    private IReadOnlyList<string> stalled = [];
    private long stalls;
    private bool completing = endsWithSources;
    private bool allReadToEnd = true;
    private bool released;
    private bool storeFailed;
    private bool deadlinePassed;
    private bool quiet;
    private bool countsKnown = true;
    private QueueCounts counts;

    public PipelinePhase Phase { get; private set; }

    /// <summary>The halted keys behind which it has ended.</summary>
    public IReadOnlyList<string> HaltedKeys { get; private set; } = [];

    /// <summary>How many sources have not ended, nor been told to.</summary>
    public int SourcesOpen => Phase == PipelinePhase.Running ? sources - sourcesOver.Count : 0;

    private bool SourcesOver => sourcesOver.Count == sources;

    /// <summary>Everything has been started; without sources, completion may be immediate.</summary>
    public void Started() => JoinIfSourcesAreOver();

    /// <summary>A source has ended, and what it emitted is in the queue.</summary>
    public void SourceCompleted(int source, bool readToEnd, Exception? failure)
    {
        if (!sourcesOver.Add(source))
        {
            return;
        }

        allReadToEnd &= readToEnd && failure is null;
        if (failure is not null)
        {
            Blame($"source {source} failed: {FailureReason.Of(failure)}", failure);
            Drain();
        }

        JoinIfSourcesAreOver();
        ReleaseIfQuiet();
    }

    /// <summary>Ends once the sources have ended and everything is settled.</summary>
    public void Complete()
    {
        completing = true;
        if (SourcesOver)
        {
            JoinIfSourcesAreOver();
        }
        else
        {
            LookAgainIfStalled();
        }
    }

    /// <summary>
    /// Ends as soon as what was emitted is settled; where a store keeps what is queued, as soon as what runs has finished.
    /// </summary>
    public void Drain()
    {
        if (keepsItems && Phase <= PipelinePhase.Joining)
        {
            var reading = Phase == PipelinePhase.Running;
            Phase = PipelinePhase.Halting;
            completing = true;
            outcome = outcome == PipelineOutcome.Completed ? PipelineOutcome.Drained : outcome;
            if (reading)
            {
                effects.StopReading();
            }

            effects.StopGranting();
            return;
        }

        if (Phase == PipelinePhase.Running)
        {
            Phase = PipelinePhase.StoppingSources;
            completing = true;
            if (outcome == PipelineOutcome.Completed)
            {
                outcome = PipelineOutcome.Drained;
            }

            effects.StopReading();
        }
        else if (Phase == PipelinePhase.Joining && outcome == PipelineOutcome.Completed)
        {
            outcome = PipelineOutcome.Drained;
        }

        if (SourcesOver)
        {
            JoinIfSourcesAreOver();
        }
        else
        {
            LookAgainIfStalled();
        }
    }

    /// <summary>A drain's deadline has passed.</summary>
    public void DeadlinePassed()
    {
        deadlinePassed = true;
        if (Phase < PipelinePhase.Cancelling)
        {
            Phase = PipelinePhase.Cancelling;
            effects.StopReading();
            effects.CancelRunning();
            effects.StartGrace();
        }
        else if (Phase is PipelinePhase.StoppingConsumers or PipelinePhase.ClosingSinks)
        {
            effects.StartGrace();
        }
    }

    /// <summary>Everything is settled.</summary>
    public void Joined(QueueCounts atJoin)
    {
        if (Phase == PipelinePhase.Joining)
        {
            counts = atJoin;
            Phase = PipelinePhase.StoppingConsumers;
            effects.PoisonConsumers();
        }
    }

    /// <summary>After a cancel, or while halting, nothing is in flight.</summary>
    public void Quiet()
    {
        quiet = true;
        if (Phase == PipelinePhase.Cancelling)
        {
            Release();
        }

        ReleaseIfQuiet();
    }

    /// <summary>What was being waited for has had its time.</summary>
    public void GracePassed()
    {
        if (Phase == PipelinePhase.Cancelling)
        {
            effects.CancelSinks();
            Release();
        }
        else if (Phase == PipelinePhase.StoppingConsumers && deadlinePassed)
        {
            reasons.Add("a consumer did not stop in time");
            ConsumersStopped();
        }
        else if (Phase == PipelinePhase.ClosingSinks && deadlinePassed)
        {
            effects.CancelSinks();
            reasons.Add("a sink did not close in time");
            SinksClosed(null);
        }
        else if (Phase == PipelinePhase.FinishingProducers)
        {
            ProducersFinished();
        }
        else if (Phase == PipelinePhase.ClosingStore)
        {
            Blame("the store did not close in time", null);
            StoreClosed();
        }
    }

    /// <summary>What was left has been released.</summary>
    public void Released(QueueCounts atRelease)
    {
        if (Phase == PipelinePhase.Releasing)
        {
            counts = atRelease;
            if (outcome == PipelineOutcome.Drained && counts.Released > 0)
            {
                var items = counts.Released == 1 ? "item was" : "items were";
                reasons.Add(keepsItems
                    ? $"a drain: {counts.Released} {items} left for the next start"
                    : $"the drain's deadline passed: {counts.Released} {items} released");
            }

            Phase = PipelinePhase.StoppingConsumers;
            effects.StopConsumers();
            effects.StartGrace();
        }
    }

    public void ConsumersStopped()
    {
        if (Phase != PipelinePhase.StoppingConsumers)
        {
            return;
        }

        Phase = PipelinePhase.ClosingSinks;
        var whole = allReadToEnd && SourcesOver && !released && outcome is PipelineOutcome.Completed or PipelineOutcome.Drained;
        effects.CloseSinks(whole && counts.Released == 0 ? SinkEnding.Complete : SinkEnding.Interrupted);
        if (deadlinePassed)
        {
            effects.StartGrace();
        }
    }

    /// <summary>All sinks are closed.</summary>
    public void SinksClosed(Exception? failure)
    {
        if (Phase != PipelinePhase.ClosingSinks)
        {
            return;
        }

        if (failure is not null)
        {
            Blame($"closing a sink failed: {FailureReason.Of(failure)}", failure);
        }

        Phase = PipelinePhase.FinishingProducers;
        effects.StartGrace();
        effects.FinishProducers();
    }

    /// <summary>The producers have stopped, or have had their time.</summary>
    public void ProducersFinished()
    {
        if (Phase == PipelinePhase.FinishingProducers)
        {
            Phase = PipelinePhase.ClosingStore;
            effects.StartGrace();
            effects.StopQueue();
            effects.CloseStore();
        }
    }

    public void StoreClosed()
    {
        if (Phase == PipelinePhase.ClosingStore)
        {
            Phase = PipelinePhase.Ended;
            effects.Ended(outcome, allReadToEnd && SourcesOver, countsKnown ? counts : null, reasons, cause);
        }
    }

    /// <summary>Dead letters were dropped: if the account had been taken before, it is taken again.</summary>
    /// <param name="now">The queue's ledger; null if nothing was dropped.</param>
    public void DeadLettersDropped(QueueCounts? now)
    {
        if (now is { } newer && Phase >= PipelinePhase.StoppingConsumers && newer.Dropped > counts.Dropped)
        {
            counts = newer;
        }
    }

    /// <summary>The queue can grant nothing although items wait, or can again.</summary>
    public void Stalled(Stall told)
    {
        if (told.Number <= stalls)
        {
            return;
        }

        (stalls, stalled) = (told.Number, told.Reasons);
        if (told.Asked)
        {
            EndIfStalled(told);
        }
        else if (completing)
        {
            // What was put meanwhile may have changed it.
            LookAgainIfStalled();
        }
    }

    /// <summary>A rule for halting is met: the queue grants nothing more, whatever else was going on.</summary>
    public void Halted(HaltRule rule)
    {
        if (Phase > PipelinePhase.Halting)
        {
            return;
        }

        outcome = outcome == PipelineOutcome.Failed ? outcome : PipelineOutcome.Halted;
        reasons.Add(rule.ToString());
        completing = true;
        if (rule.IsNow)
        {
            DeadlinePassed();
        }
        else if (Phase < PipelinePhase.Halting)
        {
            Phase = PipelinePhase.Halting;
            effects.StopReading();
            effects.StopGranting();
        }
    }

    /// <summary>A part of the pipeline cannot go on.</summary>
    public void Failed(string reason, Exception? failure)
    {
        Blame(reason, failure);
        DeadlinePassed();
    }

    /// <summary>Nothing more is committed, so nothing that waits for a commit is waited for.</summary>
    public void StoreFailed(string reason, Exception? failure)
    {
        if (storeFailed)
        {
            return;
        }

        storeFailed = true;
        Failed(reason, failure);
        if (Phase == PipelinePhase.Releasing)
        {
            // The commit that was waited for will not come.
            effects.ReleaseAll(waitsForCommit: false);
        }
    }

    /// <summary>The queue has died, and with it, without a store, everything it held.</summary>
    public void QueueDied()
    {
        if (Phase >= PipelinePhase.StoppingConsumers)
        {
            return;
        }

        Blame("the queue's actor died; without a store what it held is lost", null);
        released = true;
        deadlinePassed = true;
        countsKnown = false;
        Phase = PipelinePhase.StoppingConsumers;
        effects.StopReading();
        effects.StopConsumers();
        effects.StartGrace();
    }

    /// <summary>It may move again, and that may be on its way here; or something was put that can move.</summary>
    private void LookAgainIfStalled()
    {
        if (stalled.Count > 0 && Phase <= PipelinePhase.Joining)
        {
            effects.AskWhetherStalled();
        }
    }

    /// <param name="told">What sources may still bring is waited for, if it could be worked on.</param>
    private void EndIfStalled(Stall told)
    {
        if (stalled.Count > 0 && completing && Phase <= PipelinePhase.Joining && (SourcesOver || !told.TakesMore))
        {
            HaltedKeys = told.Keys;
            outcome = outcome == PipelineOutcome.Failed ? outcome : PipelineOutcome.Stalled;
            reasons.AddRange(stalled);
            DeadlinePassed();
        }
    }

    /// <summary>What sources have emitted is accepted first, where a store keeps it.</summary>
    private void ReleaseIfQuiet()
    {
        if (Phase == PipelinePhase.Halting && quiet && (!keepsItems || SourcesOver))
        {
            Release();
        }
    }

    private void Release()
    {
        // What a drain leaves in a store is not lost: where it leaves nothing, the work is whole.
        released |= Phase == PipelinePhase.Cancelling;
        Phase = PipelinePhase.Releasing;
        effects.ReleaseAll(waitsForCommit: !storeFailed);
    }

    private void Blame(string reason, Exception? failure)
    {
        outcome = PipelineOutcome.Failed;
        cause ??= failure;
        reasons.Add(reason);
    }

    private void JoinIfSourcesAreOver()
    {
        if (completing && SourcesOver && Phase < PipelinePhase.Joining)
        {
            Phase = PipelinePhase.Joining;
            effects.ShutDownAndJoin();
            LookAgainIfStalled();
        }
    }
}
