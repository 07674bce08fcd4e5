namespace AkkaPipeline.Testing;

/// <summary>Runs a consumer on given items, one after the other, each of them once.</summary>
public static class ConsumerTest
{
    /// <summary>Runs a consumer.</summary>
    /// <typeparam name="T">The item.</typeparam>
    /// <param name="consumer">The consumer.</param>
    /// <param name="items">What it works on.</param>
    /// <exception cref="PipelineFailedException">A part of the engine failed.</exception>
    public static Task<PipelineTestResult<T>> RunAsync<T>(IItemConsumer<T> consumer, params IEnumerable<T> items)
    {
        ArgumentNullException.ThrowIfNull(consumer);
        return PipelineTest.RunAsync(items, pipeline => pipeline.Consume(1, () => consumer));
    }

    /// <summary>Runs a consumer by a clock that it reads too.</summary>
    /// <typeparam name="T">The item.</typeparam>
    /// <param name="consumer">The consumer.</param>
    /// <param name="items">What it works on.</param>
    /// <param name="clock">The clock; while an item is in flight nobody but the test advances it.</param>
    /// <param name="cancellationToken">Ends the run at once.</param>
    /// <exception cref="PipelineFailedException">A part of the engine failed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Task<PipelineTestResult<T>> RunAsync<T>(
        IItemConsumer<T> consumer, IEnumerable<T> items, TestClock clock, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(consumer);
        return PipelineTest.RunAsync(items, pipeline => pipeline.Consume(1, () => consumer), clock, cancellationToken: cancellationToken);
    }

    /// <summary>Runs a consumer with outputs.</summary>
    /// <typeparam name="T">The item.</typeparam>
    /// <typeparam name="TOut">The output.</typeparam>
    /// <param name="consumer">The consumer.</param>
    /// <param name="items">What it works on.</param>
    /// <exception cref="PipelineFailedException">A part of the engine failed.</exception>
    public static Task<PipelineTestResult<T, TOut>> RunAsync<T, TOut>(IItemConsumer<T, TOut> consumer, params IEnumerable<T> items)
    {
        ArgumentNullException.ThrowIfNull(consumer);
        return PipelineTest.RunAsync(items, pipeline => pipeline.Consume(1, () => consumer));
    }

    /// <summary>Runs a consumer with outputs by a clock that it reads too.</summary>
    /// <typeparam name="T">The item.</typeparam>
    /// <typeparam name="TOut">The output.</typeparam>
    /// <param name="consumer">The consumer.</param>
    /// <param name="items">What it works on.</param>
    /// <param name="clock">The clock; while an item is in flight nobody but the test advances it.</param>
    /// <param name="cancellationToken">Ends the run at once.</param>
    /// <exception cref="PipelineFailedException">A part of the engine failed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Task<PipelineTestResult<T, TOut>> RunAsync<T, TOut>(
        IItemConsumer<T, TOut> consumer, IEnumerable<T> items, TestClock clock, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(consumer);
        return PipelineTest.RunAsync(items, pipeline => pipeline.Consume(1, () => consumer), clock, cancellationToken: cancellationToken);
    }
}
