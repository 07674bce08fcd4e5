namespace AkkaPipeline.Queueing;

/// <summary>
/// Numbered messages that are kept until the other side has said that it has them, so that any of them can be sent
/// again (rule 7). The other side takes them in the order of their numbers and answers with the highest it has taken.
/// </summary>
internal sealed class Outbox<TMessage>
{
    private readonly Queue<TMessage> unanswered = new();

    /// <summary>The last number given.</summary>
    public long Last { get; private set; }

    public IReadOnlyCollection<TMessage> Unanswered => unanswered;

    public long NextNumber => Last + 1;

    public void Add(TMessage message)
    {
        unanswered.Enqueue(message);
        Last++;
    }

    /// <summary>Lets go of all up to a number; an old or foreign answer changes nothing.</summary>
    public void Answered(long upTo)
    {
        if (upTo > Last)
        {
            return;
        }

        while (Last - unanswered.Count < upTo)
        {
            unanswered.Dequeue();
        }
    }
}
