using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace AkkaPipeline.Hosting;

// What the container makes when it is asked for a queue, a pipeline or its actor: by name, or for the only one of a type.

internal sealed class NamedQueue<T>([ServiceKey] string name, HostedPipelines pipelines) : HostedQueue<T>(pipelines.Named<T>(name));

internal sealed class OnlyQueue<T>(HostedPipelines pipelines) : HostedQueue<T>(pipelines.Only<T>());

internal sealed class NamedPipeline<T>([ServiceKey] string name, HostedPipelines pipelines) : FoundPipeline<T>(pipelines.Named<T>(name));

internal sealed class OnlyPipeline<T>(HostedPipelines pipelines) : FoundPipeline<T>(pipelines.Only<T>());

internal abstract class FoundPipeline<T>(HostedPipeline<T> pipeline) : IHostedPipeline<T>
{
    public string Name => pipeline.Name;

    public IWorkQueue<T> Queue => pipeline.Queue;

    public Task<RunningPipeline<T>> GetAsync(CancellationToken cancellationToken = default) => pipeline.GetAsync(cancellationToken);
}

internal sealed class NamedActor<TKey>([ServiceKey] string name, HostedPipelines pipelines)
    : FoundActor<TKey>(pipelines.WithActor(typeof(TKey), name));

/// <summary>Akka.Hosting's own would wait for ever where there are several of a type, since none of them is registered without a name.</summary>
internal sealed class OnlyActor<T>(HostedPipelines pipelines) : FoundActor<RunningPipeline<T>>(pipelines.Only<T>());

internal abstract class FoundActor<TKey>(HostedPipeline pipeline) : IRequiredActor<TKey>
{
    public IActorRef ActorRef => pipeline.Coordinator ?? throw new InvalidOperationException(
        $"The actor of the pipeline {pipeline.Name} is not known yet: await GetAsync, which waits for the pipeline's start.");

    public Task<IActorRef> GetAsync(CancellationToken cancellationToken = default) => pipeline.CoordinatorAsync(cancellationToken);
}
