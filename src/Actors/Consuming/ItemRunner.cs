using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Actor;
using AkkaPipeline.Queueing;
using AkkaPipeline.Storing;
using AkkaPipeline.Telemetry;

namespace AkkaPipeline.Consuming;

/// <summary>
/// Runs the user's code on granted items, one after the other, off the consumer actor's turn, so that the actor can
/// always hear. It claims items in blocks; what is unclaimed can be given back meanwhile.
/// </summary>
internal sealed class ItemRunner<T>(
    Func<ItemWorker<T>> createWorker, IRunnerThreads threads, IActorRef consumer, ConsumerSetup<T> setup, ItemWatch<T>? watch)
{
    private const int BlockMax = 16;
    private const int BlockMaxOfTiny = 64;
    private const long BlockNanoseconds = 50_000;
    private const long TinyNanoseconds = 500;

    private readonly ConcurrentQueue<GrantedWork<T>> granted = new();
    private readonly ServiceTimes times = new();
    private readonly RunCancellation cancellation = new();
    private readonly ConsumerMeasures measures = new(setup.Pipeline, setup.Log);
    private ItemWorker<T> worker = null!;
    private int scheduled;
    private int block = 1;

    /// <summary>Around the item at hand, which then is run alone; null: nobody follows it.</summary>
    private Activity? activity;

    /// <summary>Makes the worker: that is the user's code, which may block. The consumer hears when it is there.</summary>
    public void Begin() => Schedule();

    public void Run(GrantedWork<T> work)
    {
        granted.Enqueue(work);
        Schedule();
    }

    /// <summary>Cancels the item at hand; the rest is handed back.</summary>
    public void Cancel() => cancellation.CancelAll();

    /// <summary>Cancels one item, if it is the one at hand: it is handed back unless it succeeds.</summary>
    public void CancelItem(GrantedWork<T> work, int index) => cancellation.CancelItem(work, index);

    /// <summary>
    /// Hands over the outputs of the items [from, to), in the place of a runner that is stuck in the one after them.
    /// </summary>
    /// <returns>True if the sink will settle the items; false if they are done.</returns>
    public bool HandOver(GrantedWork<T> work, int from, int to) => worker.HandOver(work, from, to);

    public void Stop()
    {
        Cancel();
        threads.Stop();
    }

    private void Schedule()
    {
        if (Interlocked.Exchange(ref scheduled, 1) == 0)
        {
            threads.Start(RunAsync);
        }
    }

    private bool MakeWorker()
    {
        try
        {
            worker = createWorker();
            consumer.Tell(ConsumerProtocol.WorkerMade.Instance);
            return true;
        }
        catch (Exception thrown)
        {
            consumer.Tell(new ConsumerProtocol.WorkerNotMade(thrown));
            return false;
        }
        finally
        {
            threads.RestoreContext();
        }
    }

    private async Task RunAsync()
    {
        Inside.Enter(setup.Inside);
        if (worker is null && !MakeWorker())
        {
            return;
        }

        try
        {
            await RunGrantsAsync().ConfigureAwait(true);
        }
        catch (Exception thrown)
        {
            // Not the user's code, which is guarded: the runner itself. Its consumer is replaced.
            consumer.Tell(new ConsumerProtocol.RunnerBroke(thrown));
        }
    }

    private async Task RunGrantsAsync()
    {
        do
        {
            while (granted.TryDequeue(out var work))
            {
                await RunNotedAsync(work).ConfigureAwait(true);
            }

            // A full fence: the flag is down before the grants are looked at again, or a grant could be left lying.
            Interlocked.Exchange(ref scheduled, 0);
        }
        while (!granted.IsEmpty && Interlocked.Exchange(ref scheduled, 1) == 0);
    }

    private ValueTask RunNotedAsync(GrantedWork<T> work) =>
        setup.Running is { } page ? RunNotedAsync(work, page) : RunGrantAsync(new RunProgress<T>(work));

    private async ValueTask RunNotedAsync(GrantedWork<T> work, RunningPage page)
    {
        var slot = page.Take();
        work.NoteIn(slot);
        try
        {
            await RunGrantAsync(new RunProgress<T>(work)).ConfigureAwait(true);
        }
        finally
        {
            work.NoteIn(null);
            if (slot is not null)
            {
                page.GiveBack(slot);
            }
        }
    }

    private async ValueTask RunGrantAsync(RunProgress<T> run)
    {
        var isFollowed = ConsumerMeasures.WantsActivities;
        while (!run.Work.IsRecalled && await MayGoOnAsync().ConfigureAwait(true))
        {
            var (from, to) = run.Work.Range.Claim(run.Work.IsKeyed || watch is not null || isFollowed ? 1 : block);
            if (from == to)
            {
                break;
            }

            to = UpToUnwanted(run.Work, from, to);
            if (from == to)
            {
                HandBack(run, from, from + 1);
                continue;
            }

            if (run.IsStopped(from))
            {
                HandBack(run, from, run.ClaimStopped(to));
                continue;
            }

            (var next, to) = isFollowed
                ? await RunFollowedAsync(run, from).ConfigureAwait(true)
                : await RunBlockAsync(run, from, to).ConfigureAwait(true);
            if (next < to)
            {
                HandBack(run, next, to);
                break;
            }

            worker.Succeeded();
            run.DoneUpTo = to;
            if (worker.IsRipe)
            {
                HandOver(run, to);
            }
        }

        Leave(run);
    }

    /// <summary>Runs an item within an activity.</summary>
    private async ValueTask<(int Next, int To)> RunFollowedAsync(RunProgress<T> run, int index)
    {
        var around = Activity.Current;
        activity = measures.Begin(run.Work.IdAt(index), run.Work.AttemptAt(index), run.Work.HeadersAt(index));
        ConsumerMeasures.End(activity, TelemetryNames.Acked);
        try
        {
            return await RunBlockAsync(run, index, index + 1).ConfigureAwait(true);
        }
        finally
        {
            measures.Stop(activity, around);
            activity = null;
        }
    }

    /// <summary>
    /// Runs a block's items; less than all of them where it was told to stop. When one waits, those behind it are let go:
    /// they can be taken back or cancelled meanwhile.
    /// </summary>
    /// <returns>The first item that was not run, and where the block has ended.</returns>
    private async ValueTask<(int Next, int To)> RunBlockAsync(RunProgress<T> run, int from, int to)
    {
        var (next, measured) = (from, from);
        var startedAt = Stopwatch.GetTimestamp();
        var measuredAt = startedAt;
        var isMeasured = ConsumerMeasures.WantsDurations;
        run.ItemStartedAt = setup.Failures.Time.GetTimestamp();
        cancellation.Begin(run.Work, from);
        watch?.Begin(run.Work, from, run.ItemStartedAt);
        while (RunWithoutWaiting(run.Work, ref next, to, out var pending) is var failure && next < to)
        {
            var strayed = cancellation.Begin(run.Work, next);
            if (failure is null)
            {
                to = LetGoBehind(run.Work, next, to);
                HandOverBefore(run, next);
                if (isMeasured && next > measured)
                {
                    // One that waits is not mixed up with those before it, which did not.
                    measures.Took(NanosecondsSince(measuredAt), next - measured);
                    (measured, measuredAt) = (next, Stopwatch.GetTimestamp());
                }

                failure = await FailureOfAsync(pending).ConfigureAwait(true);
            }

            End(run, next, failure, strayed);
            next++;
            run.ItemStartedAt = setup.Failures.Time.GetTimestamp();
            if (cancellation.IsCancelled)
            {
                break;
            }

            cancellation.Begin(run.Work, next);
        }

        if (watch?.End() == ItemEnd.GivenUp)
        {
            ReturnLate(run, from, Outcome.Acked);
        }

        Measure(startedAt, next - from);
        if (isMeasured && next > measured)
        {
            measures.Took(NanosecondsSince(measuredAt), next - measured);
        }

        return (next, to);
    }

    /// <summary>
    /// Where a block has to end so that an item is not started which was cancelled meanwhile. If that is its first, it is
    /// handed back, to be dropped.
    /// </summary>
    private static int UpToUnwanted(GrantedWork<T> work, int from, int to)
    {
        var end = work.FirstUnwanted(from, to);
        if (end < to)
        {
            work.Range.Unclaim(Math.Max(end, from + 1));
        }

        return end;
    }

    private int LetGoBehind(GrantedWork<T> work, int index, int to)
    {
        if (to > index + 1)
        {
            work.Range.Unclaim(index + 1);
        }

        if (work.IsRecalled)
        {
            // The consumer was told to hand back while these were claimed: it could not.
            HandBackUnclaimed(work);
        }

        return index + 1;
    }

    private void HandBackUnclaimed(GrantedWork<T> work)
    {
        var (from, to) = work.Range.TakeBack(static all => all);
        if (to > from)
        {
            consumer.Tell(new ConsumerProtocol.Done(work.Id, OutcomeRun.NeverStarted(from, to)));
        }
    }

    private async ValueTask<bool> MayGoOnAsync()
    {
        if (cancellation.IsCancelled)
        {
            return false;
        }

        try
        {
            await setup.DeadLetters.WaitForRoomAsync(cancellation.All).ConfigureAwait(true);
            await worker.ReserveAsync(cancellation.All).ConfigureAwait(true);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private Exception? RunWithoutWaiting(GrantedWork<T> work, ref int index, int to, out ValueTask pending)
    {
        try
        {
            pending = worker.Run(work, ref index, to, cancellation.Token);
            return null;
        }
        catch (Exception thrown)
        {
            pending = default;
            return thrown;
        }
        finally
        {
            threads.RestoreContext();
        }
    }

    private static async ValueTask<Exception?> FailureOfAsync(ValueTask pending)
    {
        try
        {
            await pending.ConfigureAwait(true);
            return null;
        }
        catch (Exception thrown)
        {
            return thrown;
        }
    }

    private static long NanosecondsSince(long startedAt) => (long)Stopwatch.GetElapsedTime(startedAt).TotalNanoseconds;

    private void Measure(long startedAt, int items)
    {
        if (items == 0)
        {
            return;
        }

        var nanoseconds = NanosecondsSince(startedAt);
        times.Add(nanoseconds, items);
        var each = Math.Max(1, nanoseconds / items);
        block = (int)Math.Clamp(BlockNanoseconds / each, 1, each < TinyNanoseconds ? BlockMaxOfTiny : BlockMax);
    }

    /// <summary>The consumer's code has ended on an item, on its own: what becomes of it.</summary>
    /// <param name="run">The grant.</param>
    /// <param name="index">The item.</param>
    /// <param name="failure">What the code threw; null: nothing.</param>
    /// <param name="strayed">Whether it may have heard a cancellation that was meant for another.</param>
    private void End(RunProgress<T> run, int index, Exception? failure, bool strayed)
    {
        run.Work.AtHand = -1;
        var decided = run.Work.TakeDecision(index);
        if (failure is null && decided is null)
        {
            if (watch?.End() == ItemEnd.GivenUp)
            {
                ReturnLate(run, index, Outcome.Acked);
            }
            else
            {
                worker.Succeeded();
            }

            return;
        }

        // Rules for failures are the user's code too: the watch goes on until they have returned.
        var returned = watch?.Returned() ?? ItemEnd.InTime;
        var cancelled = cancellation.EndCancelled(run.Work, index) && returned == ItemEnd.InTime;
        object report = failure is not null && decided is null
            && (cancelled || (failure is OperationCanceledException && (strayed || cancellation.IsCancelled)))
            ? new ConsumerProtocol.Done(run.Work.Id, new OutcomeRun(index, 1, Outcome.Released))
            : setup.Failures.Judge(
                run.Work,
                index,
                returned == ItemEnd.TimedOut && failure is not null ? setup.Timeout!.Exceeded(failure) : failure,
                decided,
                run.ItemStartedAt);
        Follow(report);
        threads.RestoreContext();
        if (watch?.End() == ItemEnd.GivenUp)
        {
            ReturnLate(run, index, Outcome.Released);
            return;
        }

        worker.Discard();
        HandOver(run, index);
        run.Stop(index);
        consumer.Tell(report);
        run.ReportedTo(index + 1);
    }

    /// <summary>Notes in the activity around an item what becomes of it that did not just succeed.</summary>
    private void Follow(object report)
    {
        if (activity is null)
        {
            return;
        }

        if (report is ConsumerProtocol.Failed { Verdict.Kind: not VerdictKind.Release } failed)
        {
            ConsumerMeasures.End(
                activity, failed.Verdict.Kind == VerdictKind.Retry ? TelemetryNames.Retried : TelemetryNames.DeadLettered, failed.Cause);
        }
        else
        {
            ConsumerMeasures.End(activity, TelemetryNames.Released);
        }
    }

    /// <summary>Code that was given up has returned: what it emitted is nobody's, and its outcome comes too late.</summary>
    private void ReturnLate(RunProgress<T> run, int index, Outcome outcome)
    {
        worker.Discard();
        cancellation.EndCancelled(run.Work, index);
        run.ReportedTo(index + 1);
        consumer.Tell(new ConsumerProtocol.ReturnedLate(run.Work.Id, index, outcome));
    }

    /// <summary>The item at hand waits for something: what was done before it is reported, unless that has happened.</summary>
    private void HandOverBefore(RunProgress<T> run, int index)
    {
        if (watch is null)
        {
            HandOver(run, index);
            return;
        }

        using (watch.Hold())
        {
            if (!watch.IsGivenUp)
            {
                HandOver(run, index);
            }
        }
    }

    /// <summary>Reports the items that are done up to an index: they settle, or their outputs go to the sink.</summary>
    private void HandOver(RunProgress<T> run, int upTo)
    {
        var from = run.Work.ReportedUpTo;
        if (upTo > from && !worker.HandOver(run.Work, from, upTo))
        {
            consumer.Tell(new ConsumerProtocol.Done(run.Work.Id, new OutcomeRun(from, upTo - from, Outcome.Acked)));
        }

        run.ReportedTo(upTo);
    }

    private void HandBack(RunProgress<T> run, int from, int to)
    {
        HandOver(run, from);
        consumer.Tell(new ConsumerProtocol.Done(run.Work.Id, OutcomeRun.NeverStarted(from, to)));
        run.ReportedTo(to);
    }

    private void Leave(RunProgress<T> run)
    {
        var work = run.Work;
        if (cancellation.IsCancelled || work.IsRecalled)
        {
            HandBackUnclaimed(work);
        }

        var last = new OutcomeRun(work.ReportedUpTo, run.DoneUpTo - work.ReportedUpTo, Outcome.Acked);
        if (last.Count > 0 && worker.HandOver(work, last.From, last.From + last.Count))
        {
            last = default;
        }

        work.ReportedUpTo = run.DoneUpTo;
        times.Update();
        consumer.Tell(new ConsumerProtocol.Left(work.Id, last, times.Now));
    }
}
