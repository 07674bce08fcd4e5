using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Actor;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Consuming;

/// <summary>
/// Runs the user's code on granted items, one after the other, off the consumer actor's turn, so that the actor can
/// always hear. It claims items in blocks; what is unclaimed can be given back meanwhile.
/// </summary>
internal sealed class ItemRunner<T>(
    ItemWorker<T> worker, IRunnerThreads threads, IActorRef consumer, object pipeline, DeadLetterRoute<T> deadLetters)
{
    private const int BlockMax = 16;
    private const int BlockMaxOfTiny = 64;
    private const long BlockNanoseconds = 50_000;
    private const long TinyNanoseconds = 500;

    private readonly ConcurrentQueue<GrantedWork<T>> granted = new();
    private readonly ServiceTimes times = new();
    private readonly CancellationTokenSource cancelling = new();
    private int scheduled;
    private int block = 1;

    public void Run(GrantedWork<T> work)
    {
        granted.Enqueue(work);
        if (Interlocked.Exchange(ref scheduled, 1) == 0)
        {
            threads.Start(RunAsync);
        }
    }

    /// <summary>Cancels the item at hand; the rest is handed back.</summary>
    public void Cancel() => _ = cancelling.CancelAsync();

    public void Stop()
    {
        Cancel();
        threads.Stop();
    }

    private async Task RunAsync()
    {
        Inside.Enter(pipeline);
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
                await RunGrantAsync(work, cancelling.Token).ConfigureAwait(true);
            }

            // A full fence: the flag is down before the grants are looked at again, or a grant could be left lying.
            Interlocked.Exchange(ref scheduled, 0);
        }
        while (!granted.IsEmpty && Interlocked.Exchange(ref scheduled, 1) == 0);
    }

    private async ValueTask RunGrantAsync(GrantedWork<T> work, CancellationToken token)
    {
        var run = new Progress(work);
        while (await MayGoOnAsync(token).ConfigureAwait(true))
        {
            var (from, to) = work.Range.Claim(block);
            if (from == to)
            {
                break;
            }

            var startedAt = Stopwatch.GetTimestamp();
            var next = from;
            while (RunWithoutWaiting(work, ref next, to, token, out var pending) is var failure && next < to)
            {
                if (failure is null)
                {
                    HandOver(run, next);
                    failure = await FailureOfAsync(pending).ConfigureAwait(true);
                }

                if (failure is null)
                {
                    worker.Succeeded();
                }
                else
                {
                    Report(run, next, failure, token);
                }

                next++;
                if (token.IsCancellationRequested)
                {
                    break;
                }
            }

            Measure(startedAt, next - from);
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

        Leave(run, token);
    }

    private async ValueTask<bool> MayGoOnAsync(CancellationToken token)
    {
        if (token.IsCancellationRequested)
        {
            return false;
        }

        try
        {
            await deadLetters.WaitForRoomAsync(token).ConfigureAwait(true);
            await worker.ReserveAsync(token).ConfigureAwait(true);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private Exception? RunWithoutWaiting(
        GrantedWork<T> work, ref int index, int to, CancellationToken token, out ValueTask pending)
    {
        try
        {
            pending = worker.Run(work, ref index, to, token);
            return null;
        }
        catch (Exception thrown)
        {
            pending = default;
            return thrown;
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

    private void Measure(long startedAt, int items)
    {
        if (items == 0)
        {
            return;
        }

        var nanoseconds = (long)Stopwatch.GetElapsedTime(startedAt).TotalNanoseconds;
        times.Add(nanoseconds, items);
        var each = Math.Max(1, nanoseconds / items);
        block = (int)Math.Clamp(BlockNanoseconds / each, 1, each < TinyNanoseconds ? BlockMaxOfTiny : BlockMax);
    }

    /// <summary>Reports the items that are done up to an index: they settle, or their outputs go to the sink.</summary>
    private void HandOver(Progress run, int upTo)
    {
        var from = run.ReportedUpTo;
        if (upTo > from && !worker.HandOver(run.Work.Id, from, upTo))
        {
            consumer.Tell(new ConsumerProtocol.Done(run.Work.Id, new OutcomeRun(from, upTo - from, Outcome.Acked)));
        }

        run.ReportedUpTo = upTo;
        run.DoneUpTo = upTo;
    }

    private void Report(Progress run, int index, Exception failure, CancellationToken token)
    {
        worker.Discard();
        HandOver(run, index);
        consumer.Tell(failure is OperationCanceledException && token.IsCancellationRequested
            ? new ConsumerProtocol.Done(run.Work.Id, new OutcomeRun(index, 1, Outcome.Released))
            : new ConsumerProtocol.Failed(run.Work.Id, index, failure));
        run.ReportedUpTo = index + 1;
        run.DoneUpTo = index + 1;
    }

    private void HandBack(Progress run, int from, int to)
    {
        HandOver(run, from);
        consumer.Tell(new ConsumerProtocol.Done(run.Work.Id, new OutcomeRun(from, to - from, Outcome.Released)));
        run.ReportedUpTo = to;
        run.DoneUpTo = to;
    }

    private void Leave(Progress run, CancellationToken token)
    {
        var work = run.Work;
        if (token.IsCancellationRequested && work.Range.TakeBack(static all => all) is var (from, to) && to > from)
        {
            consumer.Tell(new ConsumerProtocol.Done(work.Id, new OutcomeRun(from, to - from, Outcome.Released)));
        }

        var last = new OutcomeRun(run.ReportedUpTo, run.DoneUpTo - run.ReportedUpTo, Outcome.Acked);
        if (last.Count > 0 && worker.HandOver(work.Id, last.From, last.From + last.Count))
        {
            last = default;
        }

        times.Update();
        consumer.Tell(new ConsumerProtocol.Left(work.Id, last, times.NanosecondsPerItem, times.Wanted));
    }

    private sealed class Progress(GrantedWork<T> work)
    {
        public GrantedWork<T> Work { get; } = work;

        /// <summary>Items before this index have been reported.</summary>
        public int ReportedUpTo { get; set; }

        /// <summary>Items before this index are done.</summary>
        public int DoneUpTo { get; set; }
    }
}
