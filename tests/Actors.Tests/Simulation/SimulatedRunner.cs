using AkkaPipeline.Consuming;
using AkkaPipeline.Queueing;
using AkkaPipeline.Sinking;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>
/// Runs items one after the other: each takes its time, succeeds with outputs, fails in one of many ways, hangs, or takes
/// its consumer down. When its consumer dies, what it runs goes on to its end, and nobody hears of it.
/// </summary>
internal sealed class SimulatedRunner
{
    public const int BlockMax = 16;
    public const int OutputsMax = 3;

    private readonly Simulation simulation;
    private readonly SimulatedConsumer consumer;
    private readonly SeededRandom random;
    private readonly UserCode code;
    private readonly Queue<GrantedWork<WorkItem>> granted = new();
    private readonly ServiceTimes times = new();
    private readonly List<int> ends = [];
    private RunProgress<WorkItem>? run;
    private (int From, int Next, int To) block;
    private int outputs;
    private long blockStartedAt;
    private int blockSize = 1;
    private bool waitsForRoom;
    private readonly ItemWatch<WorkItem>? watch;
    private long begun;
    private bool heeds;
    private bool atHand;
    private bool itemCancelled;
    private bool cancelled;
    private bool stopped;

    public SimulatedRunner(Simulation simulation, SimulatedConsumer consumer, ItemWatch<WorkItem>? watch)
    {
        this.watch = watch;
        this.simulation = simulation;
        this.consumer = consumer;
        random = simulation.Random.Fork();
        code = new UserCode(simulation.Plan, random);
        Failures = new FailureHandling<WorkItem>(
            new FailureJudge(simulation.Plan.Retry, new SeededSystemRandom(random)), null, simulation.Time);
    }

    public FailureHandling<WorkItem> Failures { get; }

    private Plan Plan => simulation.Plan;

    private GrantedWork<WorkItem> Work => run!.Work;

    public void Run(GrantedWork<WorkItem> next)
    {
        granted.Enqueue(next);
        simulation.Books.Rule(granted.Count + (run is null ? 0 : 1) <= 2, $"{consumer.Key} has more than two grants to run");
        if (run is null)
        {
            Begin();
        }
    }

    /// <summary>User code that listens ends soon; one that hangs does not listen.</summary>
    public void Cancel()
    {
        cancelled = true;
        if (waitsForRoom)
        {
            waitsForRoom = false;
            Leave();
        }
    }

    /// <summary>User code that heeds it ends soon.</summary>
    public void CancelItem(GrantedWork<WorkItem> work, int index)
    {
        if (!atHand || Work != work || block.Next != index || itemCancelled)
        {
            return;
        }

        itemCancelled = true;
        if (heeds)
        {
            EndItemAfter(1 + random.Exponential(Plan.ServiceNanoseconds / 2.0));
        }
    }

    /// <summary>Hands over the outputs of the items done before one that was given up, in the place of its code.</summary>
    /// <returns>Whether the sink will settle them.</returns>
    public bool HandOver(GrantedWork<WorkItem> work, int from, int to)
    {
        var writes = outputs > 0;
        if (writes)
        {
            Write(work, from, to);
        }

        ends.Clear();
        return writes;
    }

    public void Stop()
    {
        stopped = true;
        NotAtHand();
    }

    private void Begin()
    {
        if (granted.TryDequeue(out var work))
        {
            run = new RunProgress<WorkItem>(work);
            ends.Clear();
            simulation.Scheduler.After(1, ClaimNext);
        }
    }

    private void ClaimNext()
    {
        if (stopped)
        {
            return;
        }

        if (!cancelled && simulation.Sink is { } sink && !sink.HasRoom(RoomAgain))
        {
            waitsForRoom = true;
            return;
        }

        var (from, to) = cancelled || Work.IsRecalled ? (0, 0) : Work.Range.Claim(Work.IsKeyed || watch is not null ? 1 : blockSize);
        if (from == to)
        {
            Leave();
            return;
        }

        to = UpToUnwanted(from, to);
        if (from == to)
        {
            HandBack(from, from + 1);
            ClaimNext();
            return;
        }

        block = (from, from, to);
        if (run!.IsStopped(from))
        {
            HandBack(from, run.ClaimStopped(to));
            ClaimNext();
            return;
        }

        blockStartedAt = simulation.Time.Now;
        StartItem();
    }

    private void RoomAgain()
    {
        if (waitsForRoom)
        {
            waitsForRoom = false;
            ClaimNext();
        }
    }

    private void StartItem()
    {
        var index = block.Next;
        var item = Work.ItemAt(index);
        simulation.Books.Started(consumer.Key, Work.Id, index, Work.SequenceAt(index), item, consumer.IsDead);
        simulation.Trace.Note("runs", consumer.Name, item.ToString());
        run!.ItemStartedAt = simulation.Time.Now;
        watch?.Begin(Work, index, simulation.Time.Now);
        itemCancelled = false;
        atHand = true;
        begun++;
        simulation.Books.AtHand(Work.SequenceAt(index), 1);
        if (random.Chance(Plan.ConsumerCrashing))
        {
            consumer.Die("crash");
        }

        heeds = !random.Chance(Plan.Deaf + Plan.Hanging);
        if (!heeds && random.Chance(Plan.Hanging / (Plan.Deaf + Plan.Hanging)))
        {
            return;
        }

        if (random.Chance(0.3))
        {
            Wait(index);
        }

        if (random.Chance(Plan.Pausing))
        {
            consumer.Report(new ConsumerProtocol.PausePipeline(code.Pause(), "a limit elsewhere"));
        }

        EndItemAfter(heeds ? code.ServiceTime(item) : code.TimeOfTheDeaf());
    }

    /// <summary>The code waits for something: what is done is reported, and what stands behind it in the block is let go.</summary>
    private void Wait(int index)
    {
        HandOver(index);
        if (block.To > index + 1)
        {
            Work.Range.Unclaim(index + 1);
            block.To = index + 1;
        }
    }

    private int UpToUnwanted(int from, int to)
    {
        var end = Work.FirstUnwanted(from, to);
        if (end < to)
        {
            Work.Range.Unclaim(Math.Max(end, from + 1));
        }

        return end;
    }

    private void EndItemAfter(long nanoseconds)
    {
        var item = begun;
        simulation.Scheduler.After(nanoseconds, () =>
        {
            if (!stopped && atHand && item == begun)
            {
                EndItem();
            }
        });
    }

    private void EndItem()
    {
        NotAtHand();
        var ended = watch?.End() ?? ItemEnd.InTime;
        if (ended == ItemEnd.GivenUp)
        {
            ReturnLate();
        }
        else
        {
            End(block.Next, ended);
        }

        block.Next++;
        if (!cancelled && Work.IsRecalled && block.Next < block.To)
        {
            Work.Range.Unclaim(block.Next);
            block.To = block.Next;
        }

        if (!cancelled && block.Next < block.To)
        {
            StartItem();
        }
        else
        {
            EndBlock();
        }
    }

    private void ReturnLate()
    {
        run!.ReportedTo(block.Next + 1);
        consumer.Report(new ConsumerProtocol.ReturnedLate(
            Work.Id, block.Next, random.Chance(0.5) ? Outcome.Acked : Outcome.Released));
    }

    private void End(int index, ItemEnd ended)
    {
        var (thrown, decided) = (cancelled || itemCancelled) && random.Chance(0.7) ? (UserCode.Quits, null) : code.Fails();
        if (thrown is null && decided is null)
        {
            simulation.Books.Ran(Work.SequenceAt(index), succeeded: true);
            outputs += simulation.Sink is null ? 0 : (int)random.Between(0, OutputsMax);
            ends.Add(outputs);
            run!.DoneUpTo = index + 1;
        }
        else if (thrown is not null && decided is null
            && ((itemCancelled && ended == ItemEnd.InTime) || (thrown is OperationCanceledException && cancelled)))
        {
            simulation.Books.Excuse(Work.SequenceAt(index), "cancelled");
            NotDone(index, new ConsumerProtocol.Done(Work.Id, new OutcomeRun(index, 1, Outcome.Released)));
        }
        else
        {
            simulation.Books.Ran(Work.SequenceAt(index), succeeded: false);
            var failed = Failures.Judge(
                Work, index, thrown is null || ended == ItemEnd.InTime ? thrown : UserCode.TimedOut, decided, run!.ItemStartedAt);
            if (failed.Verdict.Kind == VerdictKind.Release)
            {
                simulation.Books.Excuse(Work.SequenceAt(index), "handed back by its consumer");
            }

            NotDone(index, failed);
        }
    }

    private void NotDone(int index, object report)
    {
        HandOver(index);
        run!.Stop(index);
        consumer.Report(report);
        run.ReportedTo(index + 1);
    }

    private void NotAtHand()
    {
        if (atHand)
        {
            atHand = false;
            simulation.Books.AtHand(Work.SequenceAt(block.Next), -1);
        }
    }

    private void EndBlock()
    {
        Measure();
        if (block.Next < block.To)
        {
            HandBack(block.Next, block.To);
            Leave();
        }
        else
        {
            ClaimNext();
        }
    }

    private void Measure()
    {
        var took = Math.Max(1, simulation.Time.Now - blockStartedAt);
        var items = Math.Max(1, block.Next - block.From);
        times.Add(took, items);
        blockSize = (int)Math.Clamp(50_000 / Math.Max(1, took / items), 1, BlockMax);
    }

    private void Leave()
    {
        var work = Work;
        if ((cancelled || work.IsRecalled) && work.Range.TakeBack(static all => all) is var (from, to) && to > from)
        {
            Release(from, to);
        }

        var last = new OutcomeRun(work.ReportedUpTo, run!.DoneUpTo - work.ReportedUpTo, Outcome.Acked);
        if (last.Count <= 0 || outputs > 0)
        {
            HandOver(run.DoneUpTo);
            last = default;
        }

        times.Update();
        consumer.Report(new ConsumerProtocol.Left(work.Id, last, times.Now));
        run = null;
        Begin();
    }

    /// <summary>Reports what is done up to an index; with outputs, by way of the sink.</summary>
    private void HandOver(int upTo)
    {
        var from = Work.ReportedUpTo;
        if (upTo <= from)
        {
            return;
        }

        if (outputs > 0)
        {
            Write(Work, from, upTo);
        }
        else
        {
            consumer.Report(new ConsumerProtocol.Done(Work.Id, new OutcomeRun(from, upTo - from, Outcome.Acked)));
        }

        run!.ReportedTo(upTo);
        ends.Clear();
    }

    private void Write(GrantedWork<WorkItem> work, int from, int to)
    {
        var items = new SinkProtocol.WrittenItems(work.Id, from, to - from, Outcome.Acked);
        consumer.Write(simulation.Sink!, items, outputs, [.. ends]);
        outputs = 0;
    }

    private void HandBack(int from, int to)
    {
        HandOver(from);
        Release(from, to);
        run!.ReportedTo(to);
    }

    private void Release(int from, int to) =>
        consumer.Report(new ConsumerProtocol.Done(Work.Id, OutcomeRun.NeverStarted(from, to)));
}
