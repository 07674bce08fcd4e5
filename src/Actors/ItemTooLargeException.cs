namespace AkkaPipeline;

/// <summary>An item is larger than its durable queue takes: <see cref="DurableOptions.ItemBytesMax"/>.</summary>
public sealed class ItemTooLargeException : ArgumentException
{
    internal ItemTooLargeException(long bytes, int bytesMax)
        : base($"The item has {bytes:N0} bytes as its codec writes it; the queue takes at most {bytesMax:N0}. Raise DurableOptions.ItemBytesMax, or put what it refers to elsewhere.")
    {
    }
}
