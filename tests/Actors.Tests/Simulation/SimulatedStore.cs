using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>The store's shell: keeps dead letters, and gives some back or drops some, one request after the other.</summary>
internal sealed class SimulatedStore(Simulation simulation) : SimulatedActor(simulation, "store")
{
    private readonly SeededRandom random = simulation.Random.Fork();
    private readonly List<DeadLetteredItem<WorkItem>> letters = [];
    private readonly Queue<object> waiting = new();
    private IReadOnlyList<DeadLetteredItem<WorkItem>> asked = [];
    private bool busy;
    private bool queueIsGone;

    public int Kept => letters.Count;

    public override void Receive(SimulatedActor from, object message)
    {
        switch (message)
        {
            case QueueProtocol.Requeued requeued:
                Simulation.Trace.Note("requeued", Name, $"{asked.Count}", requeued.Refusal);
                End(requeued.Refusal is null, gone: false);
                break;
            case QueueProtocol.DeadLettersForgotten forgotten:
                Simulation.Coordinator.DeadLettersDropped(forgotten.Counts);
                End(removes: true, gone: true);
                break;
            case QueueGone:
                queueIsGone = true;
                busy = false;
                DoNext();
                break;
            default:
                waiting.Enqueue(message);
                DoNext();
                break;
        }
    }

    /// <summary>Requeues letters: one, or each with a probability.</summary>
    public void Requeue(double share) => Receive(this, new Request(share, Drops: false));

    public void Drop(double share) => Receive(this, new Request(share, Drops: true));

    /// <summary>Hears of the queue's end behind all that the queue has told it.</summary>
    public void Start() => Simulation.Queue.Watch(this, new QueueGone());

    /// <summary>Calls back once what was asked of it before is done.</summary>
    public void Close(Action closed) => Receive(this, closed);

    private void DoNext()
    {
        while (!busy && waiting.TryDequeue(out var message))
        {
            switch (message)
            {
                case QueueWrite.DeadLettered kept:
                    letters.Add((DeadLetteredItem<WorkItem>)kept.Letter!);
                    break;
                case QueueWrite.OldestDropped:
                    Simulation.Books.LetterGone(letters[0].Sequence);
                    letters.RemoveAt(0);
                    break;
                case Request request:
                    Ask(request);
                    break;
                case Action closed:
                    closed();
                    break;
            }
        }
    }

    private void Ask(Request request)
    {
        asked = [.. letters.Where(_ => random.Chance(request.Share))];
        if (asked.Count == 0 || queueIsGone)
        {
            return;
        }

        busy = true;
        Tell(Simulation.Queue, request.Drops
            ? new QueueProtocol.ForgetDeadLetters(null!, asked.Count)
            : new QueueProtocol.Requeue(null!, [.. asked.Select(letter => RequeuedItem.Of(letter, Simulation.BufferPool.Measures))]));
    }

    private void End(bool removes, bool gone)
    {
        busy = false;
        if (removes)
        {
            var removed = asked.ToHashSet(ReferenceEqualityComparer.Instance);
            letters.RemoveAll(removed.Contains);
        }

        foreach (var letter in gone ? asked : [])
        {
            Simulation.Books.LetterGone(letter.Sequence);
        }

        DoNext();
    }

    private sealed record QueueGone;

    private sealed record Request(double Share, bool Drops);
}
