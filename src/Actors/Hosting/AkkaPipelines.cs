using Akka.Hosting;
using AkkaPipeline.Hosting;

namespace AkkaPipeline;

/// <summary>Pipelines beside the actors of a host's actor system.</summary>
public static class AkkaPipelines
{
    /// <summary>
    /// Adds a pipeline as <see cref="PipelineServices"/> does, in the place where the actor system is described. It needs
    /// <c>services.AddPipelines()</c> beside <c>AddAkka</c>: what is said in here is heard when the container is complete, and so
    /// can put nothing into it. An unkeyed <c>IRequiredActor&lt;RunningPipeline&lt;T&gt;&gt;</c> is Akka.Hosting's own: with several
    /// pipelines of a type it waits for ever; ask for it by name.
    /// </summary>
    /// <typeparam name="T">The item.</typeparam>
    /// <param name="akka">The actor system.</param>
    /// <param name="name">The pipeline's name, unique in the host.</param>
    /// <param name="configure">Describes it, when the host starts. Where it throws, the host does not start.</param>
    public static AkkaConfigurationBuilder WithPipeline<T>(
        this AkkaConfigurationBuilder akka, string name, Action<PipelineBuilder<T>> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return akka.WithPipeline<T>(name, (pipeline, _) => configure(pipeline));
    }

    /// <summary>Adds a pipeline as above, described with what the container holds, such as its sink.</summary>
    /// <typeparam name="T">The item.</typeparam>
    /// <param name="akka">The actor system.</param>
    /// <param name="name">The pipeline's name, unique in the host.</param>
    /// <param name="configure">Describes it, when the host starts; it is given the host's container.</param>
    public static AkkaConfigurationBuilder WithPipeline<T>(
        this AkkaConfigurationBuilder akka, string name, Action<PipelineBuilder<T>, IServiceProvider> configure)
    {
        ArgumentNullException.ThrowIfNull(akka);
        PipelinesSetup.Of(akka).Add(new PipelineDescription<T>(name, configure));
        return akka;
    }
}
