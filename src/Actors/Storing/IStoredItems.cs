using AkkaPipeline.Queueing;

namespace AkkaPipeline.Storing;

/// <summary>The items of a queue as a store sees them: between the user's type and bytes. What it throws is the codec's.</summary>
internal interface IStoredItems
{
    /// <summary>One item as bytes.</summary>
    EncodedItems PayloadOf(ItemRun item);

    /// <summary>A dead letter as it is kept.</summary>
    /// <param name="letter">As the consumer made it.</param>
    /// <param name="item">Its item.</param>
    IDeadLetter ToStored(IDeadLetter letter, ItemRun item);

    /// <summary>A dead letter as users see it. What cannot be decoded has no item.</summary>
    IDeadLetter FromStored(IDeadLetter letter);

    /// <summary>The items of a row as a chunk, with its numbers.</summary>
    /// <param name="row">Not a damaged one.</param>
    /// <param name="failed">Hears of each unsettled item that cannot be decoded: its index, and why.</param>
    Chunk ToChunk(StoredRow row, Action<int, Exception> failed);

    /// <summary>An item that stands alone as a chunk, with its number, its attempts and its time.</summary>
    Chunk ToChunk(StoredItem item);

    /// <summary>A dead letter on its way back to the queue.</summary>
    Chunk ToRequeued(IDeadLetter letter);
}
