namespace AkkaPipeline;

/// <summary>An item that failed for good, with the reason.</summary>
/// <typeparam name="T">The item.</typeparam>
/// <param name="Item">The item as it was put.</param>
/// <param name="Id">The delivery's id, stable across attempts.</param>
/// <param name="Sequence">The sequence number that the queue gave it.</param>
/// <param name="Attempts">How many attempts were made.</param>
/// <param name="Exception">What the last attempt threw.</param>
public sealed record DeadLetteredItem<T>(T Item, string Id, long Sequence, int Attempts, Exception Exception)
{
    /// <summary>Why, in one line.</summary>
    public string Reason => Exception.Message;
}
