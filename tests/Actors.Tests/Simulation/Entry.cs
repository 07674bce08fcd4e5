using AkkaPipeline.Queueing;

namespace AkkaPipeline.Tests.Simulation;

internal enum Standing
{
    Ready,
    InFlight,
    Acked,
    DeadLettered,
    Dropped,
    Released,
}

/// <summary>One accepted item in the books.</summary>
internal sealed class Entry(int index, WorkItem item, ProducerKey producer, long number)
{
    public int Index { get; } = index;

    public WorkItem Item { get; } = item;

    public ProducerKey Producer { get; } = producer;

    public long Number { get; } = number;

    public Standing Standing { get; set; }

    public ConsumerKey Holder { get; private set; }

    public long GrantId { get; private set; }

    /// <summary>Never granted yet.</summary>
    public bool Fresh { get; private set; } = true;

    public int Executions { get; private set; }

    /// <summary>The user's code came to its end, well or with a throw, under the present grant.</summary>
    public bool Ran { get; set; }

    /// <summary>Why it may run again.</summary>
    public string? Excuse { get; set; }

    public void Granted(ConsumerKey consumer, long grantId)
    {
        Standing = Standing.InFlight;
        (Holder, GrantId) = (consumer, grantId);
        Fresh = false;
        Ran = false;
    }

    public void Started()
    {
        Executions++;
        Excuse = null;
    }
}
