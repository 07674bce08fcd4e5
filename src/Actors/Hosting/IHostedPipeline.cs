namespace AkkaPipeline;

/// <summary>
/// A pipeline of the host, as the container gives it: keyed by its name, and unkeyed where it is the only one of its type.
/// </summary>
/// <typeparam name="T">The item.</typeparam>
public interface IHostedPipeline<T>
{
    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>Its queue; what is asked of it before the pipeline has started waits until it has.</summary>
    IWorkQueue<T> Queue { get; }

    /// <summary>The pipeline itself, to be asked for its status and its dead letters, to be paused, resized, and so on.</summary>
    /// <param name="cancellationToken">Cancels the wait for the pipeline's start.</param>
    /// <returns>Completes when it has started.</returns>
    /// <exception cref="PipelineFailedException">It could not start.</exception>
    Task<RunningPipeline<T>> GetAsync(CancellationToken cancellationToken = default);
}
