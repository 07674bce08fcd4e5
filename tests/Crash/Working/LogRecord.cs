using System.Runtime.InteropServices;

namespace AkkaPipeline.Crash.Working;

/// <summary>What a worker tells, in the order in which it happens; written to a pipe at once, so that it outlives a kill.</summary>
internal enum Happening : byte
{
    /// <summary>The store is open, and the pipeline runs.</summary>
    Opened = 1,

    /// <summary>Said before a put: from now on the item may be in the store.</summary>
    Putting,

    /// <summary>Said after a put has returned.</summary>
    Confirmed,

    /// <summary>The queue was full: the item is not in it.</summary>
    Refused,

    /// <summary>The put has thrown: whether the item is in the queue is open.</summary>
    PutFailed,

    /// <summary>Said before anything else by a consumer.</summary>
    Delivered,

    /// <summary>Said before a consumer returns.</summary>
    Ended,

    /// <summary>Said after a settlement was confirmed.</summary>
    Settled,

    /// <summary>Before and after a join.</summary>
    Joining,
    Joined,

    /// <summary>The ledger after the last join: accepted, acked, dead-lettered.</summary>
    Counted,

    /// <summary>The pipeline has failed, or could not start.</summary>
    Failed,
}

/// <summary>How a delivery ended.</summary>
internal enum Ending : byte
{
    None,
    Ack,
    Fail,
    Reject,
    Release,
}

/// <summary>One of a size that a pipe takes whole or not at all.</summary>
/// <param name="What">What has happened.</param>
/// <param name="How">Of an end or a settlement.</param>
/// <param name="Attempt">Of a delivery; of a put: 1 if it was accepted, 2 if it was a duplicate.</param>
/// <param name="Item">The item's number, the harness's own.</param>
/// <param name="Sequence">The number that the queue gave it.</param>
/// <param name="Hash">Of the payload and headers.</param>
/// <param name="Id">Hash of the delivery's id.</param>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal readonly record struct LogRecord(
    Happening What, Ending How, short Attempt, long Item, long Sequence, ulong Hash, ulong Id)
{
    public static readonly int Size = Marshal.SizeOf<LogRecord>();
}
