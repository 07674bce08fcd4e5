using System.Collections.Frozen;
using Akka.Actor;
using Akka.Configuration;

namespace AkkaPipeline.Testing;

/// <summary>
/// Runs a pipeline on given items, in an actor system of its own that is gone afterwards. The clock is advanced whenever
/// all that is left waits for it: backoffs, delays and rates pass at once. Code that itself waits by the clock, or for its timeout, is
/// in flight: then nobody but the test advances it.
/// </summary>
public static class PipelineTest
{
    private const string Name = "test";

    private const string Quiet = """
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          log-dead-letters = off
        }
        """;

    /// <summary>Runs a pipeline until every item is settled, or it ends otherwise.</summary>
    /// <typeparam name="T">The item.</typeparam>
    /// <param name="items">What it works on.</param>
    /// <param name="describe">The pipeline, without a source; its clock is set.</param>
    /// <param name="clock">Its clock. Null, the default: a new one.</param>
    /// <param name="services">Where consumers' classes come from, as in a host; the log goes to its loggers. Null, the default: none.</param>
    /// <param name="cancellationToken">Ends the run at once.</param>
    /// <exception cref="PipelineFailedException">A sink or a part of the engine failed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<PipelineTestResult<T>> RunAsync<T>(
        IEnumerable<T> items,
        Func<PipelineBuilder<T>, PipelineBuilder<T>> describe,
        TestClock? clock = null,
        IServiceProvider? services = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(describe);
        clock ??= new TestClock();
        using var system = ActorSystem.Create(Name, ConfigurationFactory.ParseString(Quiet));
        try
        {
            var watched = new WatchedItems<T>([.. items]);
            var startedAt = clock.GetTimestamp();
            var pipeline = new PipelineBuilder<T>(system, Name, services).ApplyConfigured(application: null)
                .Clock(clock).DeadLettersTo(watched).From(watched);
            pipeline.WhenAttemptFails(watched.Failed);
            pipeline = describe(pipeline);
            string? store = null;
            pipeline.BeforeStart(path => store = path);
            await pipeline.TryConsumerAsync().ConfigureAwait(false);
            await using var running = await pipeline.StartAsync(cancellationToken).ConfigureAwait(false);
            watched.Begin((await running.StatusAsync(cancellationToken).ConfigureAwait(false)).LastSequence);
            var settlement = await EndAsync(running, clock, cancellationToken).ConfigureAwait(false);
            var left = store is null ? FrozenSet<long>.Empty : LeftInStore.Read(store, Name);
            return watched.ToResult(settlement, clock.GetElapsedTime(startedAt), left);
        }
        finally
        {
            await system.Terminate().ConfigureAwait(false);
        }
    }

    /// <summary>Runs a pipeline with outputs until every item is settled, or it ends otherwise.</summary>
    /// <typeparam name="T">The item.</typeparam>
    /// <typeparam name="TOut">The output.</typeparam>
    /// <param name="items">What it works on.</param>
    /// <param name="describe">The pipeline, without a source and without a sink; its clock is set.</param>
    /// <param name="clock">Its clock. Null, the default: a new one.</param>
    /// <param name="services">Where consumers' classes come from, as in a host; the log goes to its loggers. Null, the default: none.</param>
    /// <param name="cancellationToken">Ends the run at once.</param>
    /// <exception cref="PipelineFailedException">A part of the engine failed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<PipelineTestResult<T, TOut>> RunAsync<T, TOut>(
        IEnumerable<T> items,
        Func<PipelineBuilder<T>, EmittingPipelineBuilder<T, TOut>> describe,
        TestClock? clock = null,
        IServiceProvider? services = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(describe);
        var outputs = new WrittenOutputs<TOut>();
        var result = await RunAsync(items, pipeline => describe(pipeline).To(outputs), clock, services, cancellationToken).ConfigureAwait(false);
        return new PipelineTestResult<T, TOut>(result, outputs.All);
    }

    private static async Task<Settlement> EndAsync<T>(RunningPipeline<T> running, TestClock clock, CancellationToken cancellationToken)
    {
        var ending = running.CompleteAsync().AsTask();
        while (!ending.IsCompleted)
        {
            PipelineStatus now;
            try
            {
                now = await running.StatusAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (InvalidOperationException)
            {
                break;
            }

            if (!now.WaitsForTime || !clock.AdvanceToNextTimer())
            {
                // Code runs, or sources are read: in the machine's time, for which this has to make way.
                await Task.Delay(1, cancellationToken).ConfigureAwait(false);
            }
        }

        return await ending.WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
