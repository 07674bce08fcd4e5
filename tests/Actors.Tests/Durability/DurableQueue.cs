using Xunit;

namespace AkkaPipeline.Tests.Durability;

/// <summary>A store in a folder of its own, and pipelines on it, one after the other.</summary>
public abstract class DurableQueue : IAsyncLifetime
{
    private readonly EngineSystem engine = new();

    protected string Folder { get; } = Directory.CreateTempSubdirectory("durable-").FullName;

    protected string StorePath => Path.Combine(Folder, "queue.db");

    public Task InitializeAsync() => engine.InitializeAsync();

    public async Task DisposeAsync()
    {
        await engine.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    protected PipelineBuilder<T> On<T>(DurableOptions? options = null) =>
        Pipeline.Create<T>(engine.System, "orders").Durable(StorePath, options);
}
