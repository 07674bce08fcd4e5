using AkkaPipeline.Queueing;
using AkkaPipeline.Storing;

namespace AkkaPipeline.Producing;

/// <summary>A dead letter on its way back to the queue.</summary>
internal static class RequeuedItem
{
    /// <summary>
    /// A chunk in the item's old place, with the attempts that have failed. It is of no producer: that the item was settled
    /// has been told. Its key is the one it had when it was put; its priority and its size are read again, by the user's code.
    /// </summary>
    public static Chunk<T> Of<T>(DeadLetteredItem<T> letter, ItemMeasures<T> measures, EncodedItems? payload = null)
    {
        var measured = measures.Of(letter.Item, letter.Key, payload?.At(0));
        var chunk = new Chunk<T>(letter.Item, measured.Bytes, new ItemColumns
        {
            Priorities = measures.PriorityOf is null ? null : [measured.Priority],
            Keys = measured.Key is null ? null : [measured.Key],
            Headers = letter.Headers.Count == 0 ? null : [letter.Headers],
        })
        {
            Payload = payload,
        };
        chunk.BeginAnew(letter.Attempts);
        chunk.Accept(ProducerKey.None, 0, letter.Sequence);
        return chunk;
    }
}
