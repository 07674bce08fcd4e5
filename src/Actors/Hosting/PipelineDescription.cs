namespace AkkaPipeline.Hosting;

/// <summary>A pipeline as it was added: its name, and what is to be said of it once there is an actor system.</summary>
internal abstract class PipelineDescription
{
    protected PipelineDescription(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    public string Name { get; }

    public abstract HostedPipeline Hosted(IServiceProvider services);
}

internal sealed class PipelineDescription<T> : PipelineDescription
{
    private readonly Action<PipelineBuilder<T>, IServiceProvider> configure;

    public PipelineDescription(string name, Action<PipelineBuilder<T>, IServiceProvider> configure)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(configure);
        this.configure = configure;
    }

    public override HostedPipeline Hosted(IServiceProvider services) => new HostedPipeline<T>(services, Name, configure);
}
