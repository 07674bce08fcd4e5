namespace AkkaPipeline.Sinking;

/// <summary>What a sink's core asks its shell to do.</summary>
internal interface ISinkEffects<TWrite, TOut> : IItemAnswers<TWrite>
{
    /// <summary>Writes a batch, and says how it went. One at a time.</summary>
    void Write(OutputBatch<TWrite, TOut> batch);

    /// <summary>Outputs that had taken room are done with.</summary>
    void Free(int outputs, long bytes);

    /// <summary>Raises the alarm after a while, in place of an earlier one.</summary>
    void WakeAfter(TimeSpan delay);

    /// <summary>The breaker has opened: nothing should be granted.</summary>
    void Pause(TimeSpan wait);

    /// <summary>One item should be granted, so that there is something to write.</summary>
    void Probe();

    /// <summary>The breaker has closed.</summary>
    void Resume();

    /// <summary>Closes the sink. The last thing asked.</summary>
    void Close(SinkEnding ending);
}
