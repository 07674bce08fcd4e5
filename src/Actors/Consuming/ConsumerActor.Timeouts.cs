using Akka.Actor;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Consuming;

/// <content>Timeouts: the item at hand is cancelled, and given up when that is not heeded.</content>
internal sealed partial class ConsumerActor<T>
{
    private readonly ItemWatch<T>? watch;
    private bool cancelled;

    private void Watch()
    {
        if (watch is null || cancelled)
        {
            // What a drain cancels is released, not timed out.
            return;
        }

        using (watch.Hold())
        {
            switch (watch.Look())
            {
                case { Now: ItemEnd.TimedOut } item:
                    runner.CancelItem(item.Work, item.Index);
                    break;
                case { Now: ItemEnd.GivenUp } item:
                    GiveUp(item);
                    break;
            }
        }
    }

    /// <summary>
    /// The runner is lost for as long as the code runs: what it had done is reported for it, what it had not started is
    /// handed back, and the item is judged as one that has failed.
    /// </summary>
    private void GiveUp(WatchedItem<T> item)
    {
        var (work, index) = (item.Work, item.Index);
        var done = work.ReportedUpTo;
        if (index > done && !runner.HandOver(work, done, index))
        {
            state.Outcome(work.Id, new OutcomeRun(done, index - done, Outcome.Acked));
        }

        foreach (var held in working.Where(held => !held.IsLeft).ToArray())
        {
            if (held.Range.TakeBack(static all => all) is var (from, to) && to > from)
            {
                state.Outcome(held.Id, OutcomeRun.NeverStarted(from, to));
            }
        }

        state.Abandon(work.Id, index);
        Context.Parent.Tell(new ConsumerProtocol.Abandoned(key, work.SequenceAt(index)));
        if (item.Judged)
        {
            Fail(setup.Failures.JudgeUnasked(work, index, setup.Timeout!.RuleGivenUp(), item.StartedAt));
        }
        else
        {
            Judge(work, index, 1, setup.Timeout!.GivenUp(), item.StartedAt);
        }
    }

    private void TakeLateReturn(ConsumerProtocol.ReturnedLate returned)
    {
        state.ReturnedLate(returned.Outcome);
        Context.Parent.Tell(new ConsumerProtocol.Returned(key));
    }
}
