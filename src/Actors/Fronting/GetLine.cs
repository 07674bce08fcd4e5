using AkkaPipeline.Consuming;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Fronting;

/// <summary>
/// The direct gets that wait, first come first served, and the requests made on their behalf. One that does not wait is
/// answered at once if others wait before it.
/// </summary>
internal sealed class GetLine<T>(QueueLink link)
{
    private const int SweepMin = 64;

    private readonly LinkedList<FrontEndProtocol.Get<T>> line = new();

    /// <summary>How many at the head of the line the open request was made for. Holds no get: its answer may be all that
    /// keeps a delivery from being collected.</summary>
    private int askedFor;
    private bool asksForWaiting;
    private int sweepAt = SweepMin;

    public void Add(FrontEndProtocol.Get<T> get)
    {
        LetLeaversGo();
        if (!get.Waits && line.First?.Value.Waits == true)
        {
            get.Answer.TrySetResult(null);
            return;
        }

        line.AddLast(get);

        // A request made for getters that have left would wait for an item: one that does not wait replaces it.
        if (get.Waits || !link.Asks || asksForWaiting)
        {
            Ask();
        }
    }

    /// <summary>Takes the next get that still waits for an answer.</summary>
    public FrontEndProtocol.Get<T>? Next()
    {
        while (line.First is { } first)
        {
            RemoveFirst();
            if (!first.Value.Answer.Task.IsCompleted)
            {
                return first.Value;
            }
        }

        return null;
    }

    /// <summary>
    /// The queue had nothing: those at the head that do not wait, or all if it is shut down, are answered. One that came
    /// after the request was made is not: the queue may have got an item since.
    /// </summary>
    public void NothingReady(bool shutDown, Exception shutDownCause)
    {
        while (line.First is { } first && (shutDown || (!first.Value.Waits && askedFor > 0)))
        {
            RemoveFirst();
            if (shutDown)
            {
                first.Value.Answer.TrySetException(shutDownCause);
            }
            else
            {
                first.Value.Answer.TrySetResult(null);
            }
        }
    }

    /// <summary>Asks again if somebody is left.</summary>
    public void AskIfNeeded()
    {
        LetLeaversGo();
        if (line.Count > 0 && !link.Asks)
        {
            Ask();
        }
    }

    public void FailAll(Exception cause)
    {
        foreach (var get in line)
        {
            get.Answer.TrySetException(cause);
        }

        line.Clear();
    }

    private void LetLeaversGo()
    {
        while (line.First is { Value.Answer.Task.IsCompleted: true })
        {
            RemoveFirst();
        }

        if (line.Count >= sweepAt)
        {
            SweepLeavers();
        }
    }

    /// <summary>Those that left behind one that waits long: swept when the line has doubled, so that it stays bounded.</summary>
    private void SweepLeavers()
    {
        var asked = 0;
        for (var (node, index) = (line.First, 0); node is not null; index++)
        {
            var next = node.Next;
            if (node.Value.Answer.Task.IsCompleted)
            {
                line.Remove(node);
            }
            else if (index < askedFor)
            {
                asked++;
            }

            node = next;
        }

        askedFor = asked;

        sweepAt = Math.Max(SweepMin, 2 * line.Count);
    }

    private void RemoveFirst()
    {
        line.RemoveFirst();
        askedFor--;
    }

    private void Ask()
    {
        var waits = line.First!.Value.Waits;
        asksForWaiting = waits;
        askedFor = line.TakeWhile(get => get.Waits == waits).Take(Chunk.ItemsMax).Count();
        link.Ask(new WorkDemand(askedFor, 0, waits ? WaitMode.ForItem : WaitMode.Not));
    }
}
