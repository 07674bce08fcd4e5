using Akka;
using Akka.Streams.Dsl;

namespace AkkaPipeline;

/// <summary>Akka.Streams ends in a queue.</summary>
public static class WorkQueueStreams
{
    /// <summary>A stream's sink that puts each element; while the queue is full, the stream is held back.</summary>
    /// <typeparam name="T">The item.</typeparam>
    /// <returns>The sink; its materialized value completes when the last element has been put.</returns>
    public static Sink<T, Task<Done>> AsStreamSink<T>(this IWorkQueue<T> queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return Flow.Create<T>()
            .SelectAsync(1, async item =>
            {
                await queue.PutAsync(item).ConfigureAwait(false);
                return Done.Instance;
            })
            .ToMaterialized(Sink.Ignore<Done>(), Keep.Right);
    }
}
