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

    void KeepDeadLetter(object deadLetter);

    /// <summary>The oldest of the dead letters goes: it counts as dropped.</summary>
    void DropOldestDeadLetter();

    void Joined(long joinId);

    void Quiet();

    /// <summary>Nothing is in flight or due, and the rest cannot be granted; or it moves again.</summary>
    void Stalled(Stall stall);

    /// <summary>A rule for halting is met.</summary>
    void Halted(HaltRule rule);
}
