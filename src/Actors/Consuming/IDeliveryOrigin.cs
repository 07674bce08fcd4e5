namespace AkkaPipeline.Consuming;

/// <summary>What a delivery was cut from: the grant that knows its items' numbers, and hears what is decided about them.</summary>
internal interface IDeliveryOrigin
{
    string IdAt(int index);

    long SequenceAt(int index);

    int AttemptAt(int index);

    string? KeyAt(int index);

    IReadOnlyDictionary<string, string> HeadersAt(int index);

    /// <summary>The consumer has decided against the item it is working on.</summary>
    void Decide(int index, FailureOutcome outcome);

    /// <summary>The consumer has learnt that the whole pipeline must wait.</summary>
    void Pause(TimeSpan duration, string reason);
}
