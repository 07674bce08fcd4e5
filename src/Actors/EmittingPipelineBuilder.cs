using Akka.Actor;
using Akka.Streams.Dsl;
using AkkaPipeline.Consuming;
using AkkaPipeline.Producing;
using AkkaPipeline.Sinking;

namespace AkkaPipeline;

/// <summary>A pipeline whose consumers have outputs: they go to a sink, or into a stream.</summary>
/// <typeparam name="T">The item.</typeparam>
/// <typeparam name="TOut">The output.</typeparam>
public sealed class EmittingPipelineBuilder<T, TOut>
{
    private readonly PipelineBuilder<T> pipeline;
    private readonly Func<IItemConsumer<T, TOut>> create;

    internal EmittingPipelineBuilder(PipelineBuilder<T> pipeline, Func<IItemConsumer<T, TOut>> create)
    {
        this.pipeline = pipeline;
        this.create = create;
    }

    /// <summary>Sends the outputs to a sink; an item is acknowledged once all its outputs are written.</summary>
    /// <param name="sink">The sink.</param>
    /// <param name="batches">When batches close, and when a failing sink is left alone. What is not set is as configuration says under
    /// <c>sink</c>; by default a batch is what has gathered while the last one was written.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the sizes are not known that it bounds.</exception>
    public PipelineBuilder<T> To(IBatchSink<TOut> sink, BatchOptions<TOut>? batches = null)
    {
        ArgumentNullException.ThrowIfNull(sink);
        batches = pipeline.BatchesOf(batches);
        var sizeOf = batches?.SizeOf ?? ItemMeasures<TOut>.KnownSize;
        var bounds = BatchBounds.Of(batches, sizeOf is not null);
        var breaker = batches?.Breaker;
        if (breaker is not null)
        {
            SinkBreaker.Validate(breaker);
        }

        var measures = new OutputMeasures<TOut>(sizeOf, batches?.KeyOf, bounds.Gathers);
        var consumer = create;
        pipeline.SetSink(
            new SinkPlan(bounds, setup => Props.Create(() => new SinkActor<TOut>(sink, bounds, breaker, setup)), sink as IResumableSink),
            (replyTo, outputs, room) => new EmittingWorker<T, TOut>(consumer(), outputs, room, measures, replyTo));
        return pipeline;
    }

    /// <summary>
    /// Hands the outputs to another pipeline that is kept in the same file: that an item is done, and that its outputs are there for
    /// the other, is one commit.
    /// </summary>
    /// <param name="handover">Given to the other pipeline too. While that has 32,768 outputs to take, consumers wait.</param>
    public PipelineBuilder<T> To(Handover<TOut> handover)
    {
        ArgumentNullException.ThrowIfNull(handover);
        var measures = new OutputMeasures<TOut>(null, null, false);
        var consumer = create;
        pipeline.SetSink(
            new SinkPlan(BatchBounds.Default, setup => Props.Create(() => new HandoverActor<TOut>(handover, setup)), HandsOver: handover),
            (replyTo, outputs, room) => new EmittingWorker<T, TOut>(consumer(), outputs, room, measures, replyTo));
        pipeline.BeforeStart(store => handover.AttachWriter(pipeline.Name, store));
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
