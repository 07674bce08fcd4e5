using AkkaPipeline.Queueing;

namespace AkkaPipeline.Tests.Simulation;

internal enum Standing
{
    Ready,
    Scheduled,
    InFlight,
    Acked,
    DeadLettered,
    Dropped,
    Released,
}

/// <summary>One accepted item in the books.</summary>
internal sealed class Entry(int index, WorkItem item, ProducerKey producer, long number, KeyBook? key)
{
    public int Index { get; } = index;

    public WorkItem Item { get; } = item;

    public ProducerKey Producer { get; } = producer;

    public long Number { get; } = number;

    public KeyBook? Key { get; } = key;

    public Standing Standing { get; set; }

    public ConsumerKey Holder { get; private set; }

    public long GrantId { get; private set; }

    /// <summary>Never granted yet.</summary>
    public bool Fresh { get; private set; } = true;

    /// <summary>When it is due, where it is scheduled.</summary>
    public long DueAt { get; set; }

    /// <summary>Whether it backs off: then it holds its key.</summary>
    public bool BacksOff { get; set; }

    public int Executions { get; private set; }

    /// <summary>Failed attempts in this round.</summary>
    public int Attempts { get; set; }

    /// <summary>Failed attempts in all rounds.</summary>
    public int History { get; set; }

    /// <summary>The user's code came to its end, well or with a throw, under the present grant.</summary>
    public bool Ran { get; set; }

    /// <summary>It came to its end well.</summary>
    public bool Succeeded { get; set; }

    /// <summary>When it left the queue for good.</summary>
    public long SettledAt { get; set; }

    /// <summary>Why it may run again.</summary>
    public string? Excuse { get; set; }

    /// <summary>It came after its turn (due, requeued, of a dead consumer): later items of its key may have run.</summary>
    public bool Late { get; set; }

    /// <summary>It is to be dropped if it comes back.</summary>
    public bool CancelRequested { get; set; }

    public void Granted(ConsumerKey consumer, long grantId)
    {
        Standing = Standing.InFlight;
        (Holder, GrantId) = (consumer, grantId);
        Fresh = false;
        Ran = false;
        Succeeded = false;
    }

    public void Started()
    {
        Executions++;
        Excuse = null;
        Late = false;
    }
}
