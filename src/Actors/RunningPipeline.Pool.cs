using Akka.Actor;
using AkkaPipeline.Consuming;
using AkkaPipeline.Coordinating;

namespace AkkaPipeline;

/// <content>Its consumers while it runs.</content>
public sealed partial class RunningPipeline<T>
{
    /// <summary>
    /// Changes how many consumers there are. More start at once; those that are too many take no more work, finish what they
    /// have, and stop.
    /// </summary>
    /// <param name="consumers">How many, from 1 to 65,536.</param>
    /// <returns>
    /// Completes when the pool has its new size, those that were too many having stopped; or when the pipeline ends. For a
    /// consumer of this pipeline it is complete at once, since its own item might be one that is waited for.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one, or more than 65,536.</exception>
    /// <exception cref="InvalidOperationException">The pipeline has no pool, its items being got directly; or it has ended.</exception>
    public Task ResizeAsync(int consumers)
    {
        PoolSize.Check(consumers);
        if (!hasPool)
        {
            throw new InvalidOperationException(
                $"The pipeline {Name} has no pool to resize: its items are got directly. Call Consume(…) before it is started.");
        }

        if (Completion.IsCompleted)
        {
            throw new InvalidOperationException($"The pipeline {Name} has ended.");
        }

        var resized = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        coordinator.Tell(new CoordinatorProtocol.Resize(consumers, resized));
        return Inside.Of(inside) ? Task.CompletedTask : Task.WhenAny(resized.Task, Completion);
    }
}
