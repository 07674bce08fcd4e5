namespace AkkaPipeline.Queueing;

/// <summary>What the queue's core asks its shell to do. One call a chunk or less, never one an item.</summary>
internal interface IQueueEffects
{
    void Credit(ProducerKey producer, CreditStanding standing);

    void Recall(ProducerKey producer, long version);

    void SettledRun(ProducerKey producer, long number, long first, int count);

    void Grant(ConsumerKey consumer, long id, long request, GrantItems items);

    void Settled(ConsumerKey consumer, long upTo, IReadOnlyList<Refusal> refused);

    void TakeBack(ConsumerKey consumer, long grantId);

    void NothingReady(ConsumerKey consumer, long request, bool shutDown);

    /// <summary>Asks all consumers for what they have not started.</summary>
    void HandBack();

    /// <summary>Has the sink write its oldest open batch: consumers wait for what is in it.</summary>
    void NudgeSink();

    /// <summary>Cancels an item that runs.</summary>
    void CancelItem(ConsumerKey consumer, long grantId, int index);

    /// <summary>Items were put again under an id that is known: they are not taken. Said before they are confirmed.</summary>
    /// <param name="producer">Who has put them.</param>
    /// <param name="numbers">By the producer's own numbers.</param>
    void Duplicates(ProducerKey producer, IReadOnlyList<long> numbers);

    /// <summary>Tells the store.</summary>
    void Write(QueueWrite write);

    /// <summary>Asks the store to commit at once: somebody waits for it.</summary>
    /// <param name="number">As of a write.</param>
    /// <param name="atEnd">Whether everything is settled, and nothing more comes.</param>
    /// <param name="last">Whether the queue is ending, and the sinks with it.</param>
    void CommitNow(long number, bool atEnd, bool last);

    /// <summary>Notes where a process would leave its traces that died now.</summary>
    void Suspect(long sequence, SuspectStanding standing);

    /// <summary>Asks the store for items that stand alone: <see cref="QueueState.AloneRead"/> answers.</summary>
    void ReadAlone(long after);

    /// <summary>Asks the store for the next rows of items: <see cref="QueueState.RowsRead"/> answers.</summary>
    void ReadRows(long after, int items, long bytes);

    void Joined(long joinId);

    void Quiet();

    /// <summary>Nothing is in flight or due, and the rest cannot be granted; or it moves again.</summary>
    void Stalled(Stall stall);

    /// <summary>A rule for halting is met.</summary>
    void Halted(HaltRule rule);
}
