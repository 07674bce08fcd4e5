namespace AkkaPipeline;

/// <summary>What a cancellation has found.</summary>
public enum ItemCancellation
{
    /// <summary>The item waited: it is dropped, and counted so.</summary>
    Dropped,

    /// <summary>
    /// The item runs: its cancellation token has been cancelled. If its code throws, it is dropped; if it returns, it is done.
    /// Quick items are run many in a row, with one token: code that has not awaited anything may not hear of it. What is held
    /// by a direct getter has no token: it is dropped if it is handed back.
    /// </summary>
    Requested,

    /// <summary>The item is settled, or there was none.</summary>
    NotFound,
}
