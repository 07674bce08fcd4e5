using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace AkkaPipeline.Hosting;

/// <summary>All pipelines of a host, whichever way they were added, to be found by name or by type.</summary>
internal sealed class HostedPipelines : IDisposable
{
    public HostedPipelines(IServiceProvider services, IEnumerable<PipelineDescription> added)
    {
        // To ask for it is to run what was said in AddAkka, and so to hear of each WithPipeline.
        var akka = services.GetService<AkkaConfigurationBuilder>();
        var described = akka is null ? null : PipelinesSetup.In(akka)?.Described;
        All = [.. added.Concat(described ?? []).Select(pipeline => pipeline.Hosted(services))];
        if (All.CountBy(pipeline => pipeline.Name).FirstOrDefault(named => named.Value > 1) is { Key: { } name })
        {
            throw new InvalidOperationException(
                $"{All.Count(pipeline => pipeline.Name == name)} pipelines named {name} have been added to this host: choose another name.");
        }
    }

    public IReadOnlyList<HostedPipeline> All { get; }

    public HostedPipeline<T> Named<T>(string name) => All.OfType<HostedPipeline<T>>().FirstOrDefault(pipeline => pipeline.Name == name)
        ?? throw new InvalidOperationException(
            $"There is no pipeline of {TypeName(typeof(T))} named {name} in this host. {Those(typeof(RunningPipeline<T>))}");

    /// <param name="key">The <see cref="RunningPipeline{T}"/> of its type.</param>
    /// <param name="name">Its name.</param>
    public HostedPipeline WithActor(Type key, string name) =>
        All.FirstOrDefault(pipeline => pipeline.ActorKey == key && pipeline.Name == name)
        ?? throw new InvalidOperationException(
            $"There is no pipeline named {name} whose actor has the key {TypeName(key)} in this host. {Those(key)}");

    public HostedPipeline<T> Only<T>() => All.OfType<HostedPipeline<T>>().ToArray() switch
    {
        [var only] => only,
        [] => throw new InvalidOperationException(
            $"There is no pipeline of {TypeName(typeof(T))} in this host. {Those(typeof(RunningPipeline<T>))}"),
        _ => throw new InvalidOperationException(TellSeveral(typeof(RunningPipeline<T>))),
    };

    /// <summary>For each type of which there are several: which, and how to ask for one.</summary>
    public IEnumerable<string> Several =>
        All.GroupBy(pipeline => pipeline.ActorKey).Where(ofType => ofType.Count() > 1).Select(ofType => TellSeveral(ofType.Key));

    /// <summary>Which there are of a type, and how to ask for one; null where its name is not needed.</summary>
    /// <param name="key">The <see cref="RunningPipeline{T}"/> of the type.</param>
    public string? SeveralOf(Type key) => OfKey(key).Count() > 1 ? TellSeveral(key) : null;

    /// <summary>Whether it can be found without its name.</summary>
    public bool IsOnly(HostedPipeline pipeline) => OfKey(pipeline.ActorKey).Count() == 1;

    public void Dispose()
    {
        foreach (var pipeline in All)
        {
            pipeline.GiveUp();
        }
    }

    /// <summary>What could have been meant.</summary>
    private string Those(Type key) => OfKey(key).Any()
        ? $"Those of that type: {Names(OfKey(key))}."
        : All.Count > 0
            ? $"All pipelines: {string.Join(", ", All.Select(pipeline => $"{pipeline.Name} ({TypeName(pipeline.ActorKey.GenericTypeArguments[0])})"))}."
            : "It has none.";

    private string TellSeveral(Type key) =>
        $"There are several pipelines of {TypeName(key.GenericTypeArguments[0])} in this host: {Names(OfKey(key))}. Say which, by its name: "
        + "[FromKeyedServices(\"name\")].";

    private IEnumerable<HostedPipeline> OfKey(Type key) => All.Where(pipeline => pipeline.ActorKey == key);

    private static string Names(IEnumerable<HostedPipeline> pipelines) => string.Join(", ", pipelines.Select(pipeline => pipeline.Name));

    public static string TypeName(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(", ", type.GenericTypeArguments.Select(TypeName))}>"
        : type.Name;
}
