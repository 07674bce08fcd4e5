namespace AkkaPipeline.Sinking;

/// <summary>
/// A sink without its actor: gathers outputs in batches, has them written one at a time, repeats what failed where it
/// may not be overtaken, and holds still while the breaker is open.
/// </summary>
internal sealed class SinkState<TWrite, TOut>
{
    private readonly BatchBounds bounds;
    private readonly RepeatsInPlace? repeats;
    private readonly TimeProvider time;
    private readonly ISinkEffects<TWrite, TOut> effects;
    private readonly Queue<OutputBatch<TWrite, TOut>> closed = new();
    private readonly OpenBatches<TWrite, TOut> open;
    private readonly SinkCircuit circuit;
    private OutputBatch<TWrite, TOut>? writing;

    // The batch that has to be written before any other, and not before its time.
    private OutputBatch<TWrite, TOut>? next;
    private long nextDueAt;

    private long alarmAt = long.MaxValue;
    private SinkEnding? ending;
    private bool flushing;
    private bool nudged;
    private bool closing;

    /// <param name="bounds">When batches close.</param>
    /// <param name="repeats">How failed batches are written again; null: their items fail.</param>
    /// <param name="time">The clock.</param>
    /// <param name="effects">The shell.</param>
    public SinkState(BatchBounds bounds, RepeatsInPlace? repeats, TimeProvider time, ISinkEffects<TWrite, TOut> effects)
    {
        this.bounds = bounds;
        this.repeats = repeats;
        this.time = time;
        this.effects = effects;
        open = new OpenBatches<TWrite, TOut>(bounds, time, closed);
        circuit = new SinkCircuit(time);
    }

    /// <summary>Whether a batch is being written.</summary>
    public bool IsWriting => writing is not null;

    /// <summary>Whether outputs wait to be written, in closed batches or open ones.</summary>
    public bool HasWaiting => next is not null || closed.Count > 0 || open.Any;

    /// <summary>Whether nothing more is written, since the sink is broken or cancelled.</summary>
    public bool HasGivenUp { get; private set; }

    /// <summary>Outputs are to be written; they are copied.</summary>
    public void Write(TWrite write, in WriteOutputs<TOut> outputs)
    {
        open.Add(new WriteInProgress<TWrite>(write, outputs.Items, outputs.Count, outputs.Ends), outputs);
        if (HasGivenUp)
        {
            FailWhatWaits();
        }

        GoOn();
    }

    /// <summary>The batch has been written, or has failed.</summary>
    /// <param name="outcome">What became of its outputs.</param>
    /// <param name="breakFor">For how long the breaker is open now; null: it is closed.</param>
    public void Finished(BatchOutcome outcome, TimeSpan? breakFor = null)
    {
        var batch = writing!;
        writing = null;
        batch.Attempts++;

        // The queue hears of a pause before the items come back to it.
        Heed(breakFor);
        if (MayRepeat(batch, outcome))
        {
            batch.KeepWhatFailed(outcome, effects);
            WriteFirst(batch, repeats!.DelayAfter(batch.Attempts));
        }
        else
        {
            Settle(batch, outcome);
        }

        GoOn();
    }

    /// <summary>The breaker has not let the batch through.</summary>
    public void Refused(TimeSpan breakFor)
    {
        WriteFirst(writing!, TimeSpan.Zero);
        writing = null;
        Heed(breakFor);
        GoOn();
    }

    /// <summary>The pipeline is ending: from now on no batch waits for more.</summary>
    public void Flush()
    {
        flushing = true;
        GoOn();
    }

    /// <summary>Consumers wait for what gathers: the oldest batch is written as soon as the sink is free.</summary>
    public void Nudge()
    {
        nudged = open.Any;
        GoOn();
    }

    /// <summary>Nothing more comes. What waits is written, unless the breaker or a repetition holds it: nobody waits for that now.</summary>
    public void Close(SinkEnding how)
    {
        ending ??= how;
        flushing = true;
        if (circuit.IsOpen || next is not null)
        {
            Abandon();
        }

        GoOn();
    }

    /// <summary>The sink is broken or cancelled: what waits fails, and so does what comes.</summary>
    public void GiveUp()
    {
        Abandon();
        GoOn();
    }

    /// <summary>The time has come that was asked for.</summary>
    public void Alarm()
    {
        alarmAt = long.MaxValue;
        GoOn();
    }

    private void GoOn()
    {
        var now = time.GetTimestamp();
        if (!flushing)
        {
            open.CloseDue(now);
        }

        if (circuit.BeginProbe(now))
        {
            TellProbe();
        }

        if (!IsWriting && !closing)
        {
            WriteNext(now);
        }

        SetAlarm(now);
    }

    private void WriteNext(long now)
    {
        if (!circuit.IsOpen && Take(now) is { } batch)
        {
            writing = batch;
            effects.Write(batch);
        }
        else if (ending is { } how && !HasWaiting)
        {
            closing = true;
            effects.Close(how);
        }
    }

    private OutputBatch<TWrite, TOut>? Take(long now)
    {
        if (next is { } first)
        {
            next = now >= nextDueAt ? null : first;
            return next is null ? first : null;
        }

        if (closed.Count == 0 && WhyNotWait() is { } why)
        {
            open.CloseOldest(why);
        }

        nudged &= closed.Count == 0;

        return closed.TryDequeue(out var batch) ? batch : null;
    }

    /// <summary>Why a free sink takes what has gathered; null where it waits.</summary>
    private BatchClosedBy? WhyNotWait() =>
        !bounds.Gathers || circuit.IsProbing || nudged ? BatchClosedBy.Ready
        : flushing ? BatchClosedBy.Flush
        : null;

    private bool MayRepeat(OutputBatch<TWrite, TOut> batch, in BatchOutcome outcome) =>
        outcome.AnyMayRepeat && repeats is not null && batch.Attempts < repeats.AttemptsMax && !HasGivenUp && ending is null;

    private void WriteFirst(OutputBatch<TWrite, TOut> batch, TimeSpan delay)
    {
        if (HasGivenUp || ending is not null)
        {
            Settle(batch, GivenUp());
            return;
        }

        next = batch;
        nextDueAt = time.GetTimestamp() + Ticks(delay);
    }

    private void Settle(OutputBatch<TWrite, TOut> batch, in BatchOutcome outcome)
    {
        batch.Resolve(outcome, effects);
        effects.Free(batch.RoomTaken, batch.Bytes);
        open.TakeBack(batch);
    }

    private void Abandon()
    {
        HasGivenUp = true;
        FailWhatWaits();
    }

    private void FailWhatWaits()
    {
        while (open.Any)
        {
            open.CloseOldest(BatchClosedBy.Flush);
        }

        if (next is { } first)
        {
            next = null;
            Settle(first, GivenUp());
        }

        while (closed.TryDequeue(out var batch))
        {
            Settle(batch, GivenUp());
        }
    }

    private static BatchOutcome GivenUp() => new(new BrokenSinkException("The sink is broken or cancelled: this was not written."));

    private void Heed(TimeSpan? breakFor)
    {
        if (breakFor is { } wait)
        {
            circuit.Break(Ticks(wait));
            SetAlarm(time.GetTimestamp());
            if (ending is null)
            {
                effects.Pause(wait);
            }
            else
            {
                Abandon();
            }
        }
        else if (circuit.Mend())
        {
            effects.Resume();
        }
    }

    /// <summary>A write that waits is the probe; without one, an item is let through for it.</summary>
    private void TellProbe()
    {
        if (!HasWaiting && !IsWriting && ending is null)
        {
            effects.Probe();
        }
    }

    private void SetAlarm(long now)
    {
        var dueAt = circuit.DueAt ?? long.MaxValue;
        if (next is not null && !circuit.IsOpen)
        {
            dueAt = Math.Min(dueAt, nextDueAt);
        }

        if (!flushing && open.OldestDueAt is { } oldest)
        {
            dueAt = Math.Min(dueAt, oldest);
        }

        // An alarm that is set too early does no harm: it is looked at again then.
        if (dueAt < alarmAt)
        {
            alarmAt = dueAt;
            effects.WakeAfter(time.GetElapsedTime(now, dueAt));
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
