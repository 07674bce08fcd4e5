using Xunit;

namespace AkkaPipeline.Tests.DurableQueues;

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

    /// <summary>A pipeline of a name on the same file.</summary>
    protected PipelineBuilder<T> Kept<T>(string name) => InMemory<T>(name).Durable(StorePath);

    protected PipelineBuilder<T> InMemory<T>(string name) => Pipeline.Create<T>(engine.System, name);

    protected PipelineBuilder<T> On<T>(DurableOptions? options = null) =>
        Pipeline.Create<T>(engine.System, "orders").Durable(StorePath, options);
}
