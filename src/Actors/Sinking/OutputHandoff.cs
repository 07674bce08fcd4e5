using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace AkkaPipeline.Sinking;

/// <summary>Hands each batch to a reader and waits until the reader has taken all of it.</summary>
internal sealed class OutputHandoff<TOut> : IBatchSink<TOut>
{
    private readonly Channel<(ReadOnlyMemory<TOut> Outputs, TaskCompletionSource Taken)> batches =
        Channel.CreateBounded<(ReadOnlyMemory<TOut>, TaskCompletionSource)>(1);

    public async ValueTask<BatchResult> WriteAsync(Batch<TOut> batch, CancellationToken cancellationToken)
    {
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await batches.Writer.WriteAsync((batch.Outputs, taken), cancellationToken).ConfigureAwait(false);
        await taken.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return BatchResult.Written;
    }

    public ValueTask CloseAsync(SinkEnding ending, CancellationToken cancellationToken)
    {
        batches.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs a pipeline that writes here and yields its outputs.</summary>
    public async IAsyncEnumerable<TOut> RunAsync<T>(
        PipelineBuilder<T> pipeline,
        TaskCompletionSource<Settlement> ended,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var running = await StartAsync(pipeline, ended, cancellationToken).ConfigureAwait(false);
        _ = TellEndAsync(running, ended);
        try
        {
            await foreach (var (outputs, taken) in batches.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                for (var index = 0; index < outputs.Length; index++)
                {
                    yield return outputs.Span[index];
                }

                taken.TrySetResult();
            }

            await running.Completion.ConfigureAwait(false);
        }
        finally
        {
            if (!running.Completion.IsCompleted)
            {
                await running.EndAtOnceAsync().ConfigureAwait(false);
            }
        }
    }

    private static async Task<RunningPipeline<T>> StartAsync<T>(
        PipelineBuilder<T> pipeline, TaskCompletionSource<Settlement> ended, CancellationToken cancellationToken)
    {
        try
        {
            return await pipeline.StartAsync(endsWithSources: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            ended.TrySetException(thrown);
            throw;
        }
    }

    private async Task TellEndAsync<T>(RunningPipeline<T> running, TaskCompletionSource<Settlement> ended)
    {
        try
        {
            ended.TrySetResult(await running.Completion.ConfigureAwait(false));
        }
        catch (Exception thrown)
        {
            batches.Writer.TryComplete(thrown);
            ended.TrySetException(thrown);
        }
    }
}

/// <summary>Takes outputs and forgets them.</summary>
internal sealed class DiscardingSink<TOut> : IBatchSink<TOut>
{
    public ValueTask<BatchResult> WriteAsync(Batch<TOut> batch, CancellationToken cancellationToken) =>
        ValueTask.FromResult(BatchResult.Written);
}
