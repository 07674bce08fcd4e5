using Akka.Actor;
using Akka.Streams.Dsl;
using AkkaPipeline.Sinking;

namespace AkkaPipeline;

/// <summary>A pipeline whose consumers have outputs: they go to a sink, or into a stream.</summary>
/// <typeparam name="T">The item.</typeparam>
/// <typeparam name="TOut">The output.</typeparam>
public sealed class EmittingPipelineBuilder<T, TOut>
{
    private readonly PipelineBuilder<T> pipeline;

    internal EmittingPipelineBuilder(PipelineBuilder<T> pipeline) => this.pipeline = pipeline;

    /// <summary>Sends the outputs to a sink; an item is acknowledged once its outputs are written.</summary>
    public PipelineBuilder<T> To(IBatchSink<TOut> sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        pipeline.SetSink(room => Props.Create(() => new SinkActor<TOut>("sink", sink, room, false)));
        return pipeline;
    }

    /// <summary>
    /// The outputs as a stream. Each materialization runs the pipeline: it starts with the first demand, is held back by
    /// the stream's, acknowledges an item once its outputs have been taken, and is drained at once when the stream is
    /// cancelled.
    /// </summary>
    /// <returns>The source; its materialized value is the pipeline's settlement.</returns>
    public Source<TOut, Task<Settlement>> AsSource() =>
        Source.Lazily(() =>
        {
            var ended = new TaskCompletionSource<Settlement>(TaskCreationOptions.RunContinuationsAsynchronously);
            var handoff = new OutputHandoff<TOut>();
            To(handoff);
            return Source.From(() => handoff.RunAsync(pipeline, ended)).MapMaterializedValue(_ => ended.Task);
        }).MapMaterializedValue(async started => await (await started.ConfigureAwait(false)).ConfigureAwait(false));

    /// <summary>The pipeline, its outputs discarded.</summary>
    public PipelineBuilder<T> Discarding() => To(new DiscardingSink<TOut>());
}
