using AkkaPipeline.Crash.Working;

namespace AkkaPipeline.Crash.Checking;

/// <summary>What is known of an item.</summary>
internal sealed class ItemHistory(long number)
{
    public long Number => number;

    /// <summary>What it must hash to.</summary>
    public ulong Hash { get; set; }

    /// <summary>Whether it was put with an id, so that it may be put again.</summary>
    public bool HasId { get; set; }

    /// <summary>Whether it was put more than once: it then has its place from any of the puts.</summary>
    public bool PutAgain { get; set; }

    public bool Confirmed { get; set; }

    /// <summary>It was put again after an ack of which nobody knows whether it was durable: if the put was a duplicate, it was.</summary>
    public bool MayBeAcked { get; set; }

    /// <summary>A settlement after which it must never be seen again was confirmed.</summary>
    public Ending Durable { get; set; }

    public long Sequence { get; set; }

    public int Deliveries { get; set; }

    public int Fails { get; set; }

    /// <summary>The latest delivery: in which run, which attempt, how it ended.</summary>
    public int Run { get; set; }

    public int Attempt { get; set; }

    public Ending Last { get; set; }

    public ItemEnd End { get; set; }
}

/// <summary>Where an item has come to, by what the disk holds.</summary>
internal enum ItemEnd
{
    Open,
    Acked,
    DeadLettered,

    /// <summary>Never confirmed, and not there.</summary>
    Never,
}
