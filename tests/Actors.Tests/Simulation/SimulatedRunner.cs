using AkkaPipeline.Consuming;
using AkkaPipeline.Queueing;
using AkkaPipeline.Sinking;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>
/// Runs items one after the other: each takes its time, succeeds with outputs, fails, hangs, or takes its consumer down.
/// When its consumer dies, what it runs goes on to its end, and nobody hears of it.
/// </summary>
internal sealed class SimulatedRunner(Simulation simulation, SimulatedConsumer consumer)
{
    public const int BlockMax = 16;
    public const int OutputsMax = 3;

    private static readonly AttemptError Failure = new("failure", "failed", null);

    private readonly SeededRandom random = simulation.Random.Fork();
    private readonly Queue<GrantedWork<WorkItem>> granted = new();
    private readonly ServiceTimes times = new();
    private readonly List<int> ends = [];
    private GrantedWork<WorkItem>? work;
    private (int From, int Next, int To) block;
    private int reported;
    private int outputs;
    private long blockStartedAt;
    private int blockSize = 1;
    private bool waitsForRoom;
    private bool cancelled;
    private bool stopped;

    private Plan Plan => simulation.Plan;

    public void Run(GrantedWork<WorkItem> next)
    {
        granted.Enqueue(next);
        simulation.Books.Rule(granted.Count + (work is null ? 0 : 1) <= 2, $"{consumer.Key} has more than two grants to run");
        if (work is null)
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

    public void Stop() => stopped = true;

    private void Begin()
    {
        if (granted.TryDequeue(out work))
        {
            reported = 0;
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

        var (from, to) = cancelled ? (0, 0) : work!.Range.Claim(blockSize);
        if (from == to)
        {
            Leave();
            return;
        }

        block = (from, from, to);
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
        simulation.Books.Started(consumer.Key, work!.Id, work.SequenceAt(index), work.ItemAt(index), consumer.IsDead);
        simulation.Trace.Note("runs", consumer.Name, work.ItemAt(index)?.ToString() ?? "nothing");
        if (random.Chance(Plan.ConsumerCrashing))
        {
            consumer.Die("crash");
        }

        if (random.Chance(Plan.Hanging))
        {
            return;
        }

        if (random.Chance(0.3))
        {
            HandOver(index);
        }

        simulation.Scheduler.After(ServiceTime(), EndItem);
    }

    private void EndItem()
    {
        var index = block.Next;
        if (stopped)
        {
            return;
        }

        if (cancelled && random.Chance(0.5))
        {
            simulation.Books.Excuse(work!.SequenceAt(index), "cancelled");
            HandOver(index);
            Release(index, index + 1);
            reported = index + 1;
        }
        else if (random.Chance(Plan.Failing))
        {
            simulation.Books.Ran(work!.SequenceAt(index));
            HandOver(index);
            consumer.Report(new ConsumerProtocol.Failed(
                work.Id,
                index,
                new Verdict(VerdictKind.DeadLetter, TimeSpan.Zero, DeadLetterCause.AttemptsUsedUp, "failed"),
                new FailedAttempt(1, simulation.Time.GetUtcNow(), TimeSpan.Zero, Failure),
                new InvalidOperationException("failed")));
            reported = index + 1;
        }
        else
        {
            simulation.Books.Ran(work!.SequenceAt(index));
            outputs += simulation.Sink is null ? 0 : (int)random.Between(0, OutputsMax);
            ends.Add(outputs);
        }

        block.Next++;
        if (!cancelled && block.Next < block.To)
        {
            StartItem();
        }
        else
        {
            EndBlock();
        }
    }

    private void EndBlock()
    {
        Measure();
        if (block.Next < block.To)
        {
            HandOver(block.Next);
            Release(block.Next, block.To);
            reported = block.To;
            block.Next = block.To;
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
        if (cancelled && work!.Range.TakeBack(static all => all) is var (from, to) && to > from)
        {
            Release(from, to);
        }

        var last = new OutcomeRun(reported, block.Next - reported, Outcome.Acked);
        if (reported >= block.Next || outputs > 0)
        {
            HandOver(block.Next);
            last = default;
        }

        times.Update();
        consumer.Report(new ConsumerProtocol.Left(work!.Id, last, times.Now));
        work = null;
        block = default;
        Begin();
    }

    /// <summary>Reports what is done up to an index; with outputs, by way of the sink.</summary>
    private void HandOver(int upTo)
    {
        if (upTo > reported)
        {
            if (outputs > 0)
            {
                var items = new SinkProtocol.WrittenItems(work!.Id, reported, upTo - reported, Outcome.Acked);
                consumer.Write(simulation.Sink!, items, outputs, [.. ends]);
                outputs = 0;
            }
            else
            {
                consumer.Report(new ConsumerProtocol.Done(work!.Id, new OutcomeRun(reported, upTo - reported, Outcome.Acked)));
            }

            reported = upTo;
            ends.Clear();
        }
    }

    private void Release(int from, int to) =>
        consumer.Report(new ConsumerProtocol.Done(work!.Id, new OutcomeRun(from, to - from, Outcome.Released)));

    private long ServiceTime()
    {
        var mean = Plan.ServiceNanoseconds;
        return 1 + Plan.Shape switch
        {
            ServiceShape.Constant => mean,
            ServiceShape.Exponential => random.Exponential(mean),
            ServiceShape.Pareto => Math.Min(1000 * mean, (long)(mean / 3.0 / Math.Pow(1 - random.Fraction(), 1 / 1.5))),
            _ => random.Chance(0.01) ? 100 * mean : mean / 10,
        };
    }
}
