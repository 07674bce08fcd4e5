namespace AkkaPipeline.Sinking;

/// <summary>How the breaker stands, as the sink's core sees it; what opens it is counted elsewhere.</summary>
internal sealed class SinkCircuit(TimeProvider time)
{
    private long breakTicks;
    private long dueAt;

    /// <summary>Nothing is written.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The next write decides.</summary>
    public bool IsProbing { get; private set; }

    /// <summary>When a probe is due; null while it is closed.</summary>
    public long? DueAt => IsOpen || IsProbing ? dueAt : null;

    public void Break(long ticks)
    {
        (IsOpen, IsProbing, breakTicks) = (true, false, ticks);
        dueAt = time.GetTimestamp() + ticks;
    }

    /// <summary>
    /// Begins a probe if it is due. One of which nothing comes, since the item it was for had no outputs or has failed, is
    /// begun again after a while.
    /// </summary>
    public bool BeginProbe(long now)
    {
        if (DueAt is not { } due || now < due)
        {
            return false;
        }

        (IsOpen, IsProbing) = (false, true);
        dueAt = now + breakTicks;
        return true;
    }

    /// <returns>Whether it was not closed before.</returns>
    public bool Mend()
    {
        var was = IsOpen || IsProbing;
        (IsOpen, IsProbing) = (false, false);
        return was;
    }
}
