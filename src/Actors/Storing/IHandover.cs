namespace AkkaPipeline.Storing;

/// <summary>A handover as stores see it. Each method is called by the actor of one store.</summary>
internal interface IHandover
{
    string Name { get; }

    /// <summary>For the second pipeline's store: everything up to a number has been made its items at the start.</summary>
    void BeginReading(long after);

    /// <summary>For the first's: these are committed, and have their numbers.</summary>
    void Arrived(IReadOnlyList<HandedOver> outputs);

    /// <summary>For the first's: the item that these came from was not done after all.</summary>
    void Discard(IReadOnlyList<HandedOver> outputs);

    /// <summary>For the second's: below which number all is in its queue, if that has so many items of this source.</summary>
    long TakenBelow(long index);
}

/// <summary>An output on its way from one queue to another.</summary>
internal abstract class HandedOver(EncodedItems payload)
{
    /// <summary>One item.</summary>
    public EncodedItems Payload => payload;

    public int Bytes => payload.Bytes.Length;

    /// <summary>Given by the store, with the commit; they grow.</summary>
    public long Number { get; set; }
}

/// <summary>With the output itself, so that it need not be read back.</summary>
internal sealed class HandedOver<T>(T item, EncodedItems payload) : HandedOver(payload)
{
    public T Item => item;
}

/// <summary>An output that nobody has taken, as it was read.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Payload">One item.</param>
internal sealed record StoredHandover(long Number, EncodedItems Payload);

/// <summary>What has been taken from a handover.</summary>
/// <param name="Handover">Its name.</param>
/// <param name="Below">Everything of a lower number.</param>
internal readonly record struct HandoverTaken(string Handover, long Below);

/// <summary>What goes into a handover with a commit.</summary>
/// <param name="Handover">Its name.</param>
/// <param name="Outputs">In order.</param>
internal sealed record HandoverPart(string Handover, IReadOnlyList<HandedOver> Outputs);
