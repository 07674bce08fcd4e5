using Akka.Actor;

namespace AkkaPipeline;

/// <summary>Starts here: <c>Pipeline.Create&lt;T&gt;(system, "name").From(…).Consume(…).RunToCompletionAsync()</c>.</summary>
public static class Pipeline
{
    /// <summary>Describes a pipeline; nothing runs until it is started.</summary>
    /// <typeparam name="T">The item.</typeparam>
    /// <param name="system">The actor system it will live in.</param>
    /// <param name="name">Its name, unique among the pipelines that run in the system.</param>
    /// <returns>A pipeline with what the system's HOCON says under <c>akka-pipeline.pipelines.NAME</c>; code goes over it.</returns>
    /// <exception cref="Akka.Configuration.ConfigurationException">Something there is wrong: it tells all of it, a line each.</exception>
    public static PipelineBuilder<T> Create<T>(ActorSystem system, string name)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return new PipelineBuilder<T>(system, name).ApplyConfigured(application: null);
    }
}
