using Polly;
using Polly.CircuitBreaker;

namespace AkkaPipeline.Sinking;

/// <summary>Counts how a sink's writes go, and says when it is to be left alone: Polly's circuit breaker.</summary>
internal sealed class SinkBreaker
{
    private readonly TimeSpan breakDuration;
    private readonly CircuitBreakerStateProvider state = new();
    private readonly ResiliencePipeline<BatchOutcome> pipeline;

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public SinkBreaker(BreakerOptions options, TimeProvider time)
    {
        Validate(options);
        breakDuration = options.BreakDuration;
        pipeline = new ResiliencePipelineBuilder<BatchOutcome> { TimeProvider = new SteadyTime(time) }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<BatchOutcome>
            {
                FailureRatio = options.FailureRatio,
                MinimumThroughput = options.MinimumThroughput,
                SamplingDuration = options.SamplingDuration,
                BreakDuration = options.BreakDuration,
                ShouldHandle = static attempt => ValueTask.FromResult(attempt.Outcome.Result.FailedAltogether),
                StateProvider = state,
            })
            .Build();
    }

    /// <summary>For how long it is open since the last write; null: it is closed.</summary>
    public TimeSpan? BreakFor => state.CircuitState is CircuitState.Open ? breakDuration : null;

    /// <returns>What became of the batch; null if it was not let through.</returns>
    public async ValueTask<BatchOutcome?> WriteAsync(Func<ValueTask<BatchOutcome>> write)
    {
        var context = ResilienceContextPool.Shared.Get();
        try
        {
            var outcome = await pipeline.ExecuteOutcomeAsync(
                static async (_, write) => Outcome.FromResult(await write().ConfigureAwait(false)), context, write).ConfigureAwait(false);
            return outcome.Exception is null ? outcome.Result : null;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    public static void Validate(BreakerOptions options)
    {
        Check(options.FailureRatio is > 0 and <= 1, nameof(options.FailureRatio), options.FailureRatio,
            "The part of the writes that must fail is above 0 and at most 1.");
        Check(options.MinimumThroughput >= 2, nameof(options.MinimumThroughput), options.MinimumThroughput,
            "At least 2 writes must be counted before the breaker can open.");
        Check(IsDuration(options.SamplingDuration), nameof(options.SamplingDuration), options.SamplingDuration,
            "Writes are counted for at least half a second and at most a day.");
        Check(IsDuration(options.BreakDuration), nameof(options.BreakDuration), options.BreakDuration,
            "The breaker stays open for at least half a second and at most a day.");
    }

    private static bool IsDuration(TimeSpan span) => span >= TimeSpan.FromSeconds(0.5) && span <= TimeSpan.FromDays(1);

    private static void Check(bool holds, string name, object value, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, otherwise);
        }
    }

    /// <summary>Polly reads the time of day; here it does not jump.</summary>
    private sealed class SteadyTime(TimeProvider time) : TimeProvider
    {
        private readonly long startedAt = time.GetTimestamp();
        private readonly DateTimeOffset startedOn = time.GetUtcNow();

        public override long TimestampFrequency => time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => startedOn + time.GetElapsedTime(startedAt);

        public override long GetTimestamp() => time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            time.CreateTimer(callback, state, dueTime, period);
    }
}
