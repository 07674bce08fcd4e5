using System.Collections.Concurrent;
using Akka.Actor;

namespace AkkaPipeline.Coordinating;

/// <summary>The names of the pipelines that run in an actor system: a name is free again once its pipeline has ended.</summary>
internal sealed class PipelineNames : IExtension
{
    private readonly ConcurrentDictionary<string, string> taken = new(StringComparer.Ordinal);
    private long started;

    public static PipelineNames In(ActorSystem system) => system.WithExtension<PipelineNames, Provider>();

    /// <summary>Takes a name.</summary>
    /// <returns>A name for the coordinator's actor, unlike that of any earlier pipeline.</returns>
    /// <exception cref="InvalidOperationException">A pipeline of this name runs.</exception>
    public string Take(string name)
    {
        var actor = $"pipeline-{Uri.EscapeDataString(name)}.{Interlocked.Increment(ref started)}";
        return taken.TryAdd(name, actor)
            ? actor
            : throw new InvalidOperationException(
                $"A pipeline named {name} runs in this actor system already: choose another name, or end the other first.");
    }

    /// <summary>Frees a name, unless a later pipeline has taken it meanwhile.</summary>
    public void Free(string name, string actor) => taken.TryRemove(KeyValuePair.Create(name, actor));

    private sealed class Provider : ExtensionIdProvider<PipelineNames>
    {
        public override PipelineNames CreateExtension(ExtendedActorSystem system) => new();
    }
}
