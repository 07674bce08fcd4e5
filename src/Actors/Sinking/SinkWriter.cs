using Akka.Actor;

namespace AkkaPipeline.Sinking;

/// <summary>Calls the user's sink, never on the actor's turn, and tells the actor how it went.</summary>
internal sealed class SinkWriter<TOut>(
    IBatchSink<TOut> sink, SinkBreaker? breaker, RepeatsInPlace? repeats, string name, IActorRef self)
{
    private readonly CancellationTokenSource cancelling = new();
    private readonly CancellationTokenSource closing = new();

    public void Write(Batch<TOut> batch) =>
        ThreadPool.UnsafeQueueUserWorkItem(_ => _ = WriteAsync(batch), null);

    public void Close(SinkEnding ending) =>
        ThreadPool.UnsafeQueueUserWorkItem(_ => _ = CloseAsync(ending), null);

    /// <summary>What the user's code has registered runs on the pool, not here.</summary>
    public void CancelWrites() => _ = cancelling.CancelAsync();

    public void CancelClosing() => _ = closing.CancelAsync();

    private async Task WriteAsync(Batch<TOut> batch)
    {
        BatchOutcome? outcome = breaker is null
            ? await CallAsync(batch).ConfigureAwait(false)
            : await breaker.WriteAsync(() => CallAsync(batch)).ConfigureAwait(false);
        outcome = repeats is null || outcome is not { } ended ? outcome : ended with { Final = FinalOf(ended, repeats) };
        self.Tell(new SinkProtocol.BatchEnded(outcome, batch.Count, breaker?.BreakFor));
    }

    private async ValueTask<BatchOutcome> CallAsync(Batch<TOut> batch)
    {
        try
        {
            var result = await sink.WriteAsync(batch, cancelling.Token).ConfigureAwait(false);
            return result is null
                ? new BatchOutcome(new InvalidOperationException("The sink returned null instead of a BatchResult."))
                : new BatchOutcome(null, result.FailuresOf(batch.Count));
        }
        catch (Exception thrown)
        {
            return new BatchOutcome(thrown);
        }
    }

    /// <summary>The failures that are not to be repeated; null: all are. Each is asked about once.</summary>
    private static HashSet<Exception>? FinalOf(in BatchOutcome outcome, RepeatsInPlace repeats)
    {
        HashSet<Exception>? final = null;
        var failures = outcome.Failure is { } all ? [all] : outcome.Failures ?? [];
        foreach (var failure in failures.OfType<Exception>().Distinct(ReferenceEqualityComparer.Instance).Cast<Exception>())
        {
            if (!repeats.Repeats(failure))
            {
                (final ??= new HashSet<Exception>(ReferenceEqualityComparer.Instance)).Add(failure);
            }
        }

        return final;
    }

    private async Task CloseAsync(SinkEnding ending)
    {
        Exception? failure = null;
        try
        {
            await sink.CloseAsync(ending, closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // It was told not to be waited for any longer.
        }
        catch (Exception thrown)
        {
            failure = thrown;
        }

        self.Tell(new SinkProtocol.Closed(name, failure));
    }
}
