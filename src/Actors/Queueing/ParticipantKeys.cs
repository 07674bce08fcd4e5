namespace AkkaPipeline.Queueing;

/// <summary>A producer as the queue knows it; a restarted one comes with a higher incarnation.</summary>
internal readonly record struct ProducerKey(int Index, int Incarnation)
{
    /// <summary>Of items that no producer waits to hear of: requeued dead letters.</summary>
    public static ProducerKey None => new(-1, 0);

    public override string ToString() => $"producer-{Index}.{Incarnation}";
}

/// <summary>A consumer as the queue knows it; a replaced one comes with a higher incarnation.</summary>
internal readonly record struct ConsumerKey(int Index, int Incarnation)
{
    /// <summary>The front end's place: it asks on behalf of direct gets.</summary>
    public const int FrontEndIndex = -1;

    public override string ToString() => Index == FrontEndIndex ? "direct gets" : $"consumer-{Index}.{Incarnation}";
}
