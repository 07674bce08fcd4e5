using Akka.Actor;

namespace AkkaPipeline.Hosting;

/// <summary>
/// Ends pipelines that still run when their host is disposed without a stop. It is made once there is an actor system, so the
/// container disposes it before that.
/// </summary>
internal sealed class PipelinesEnd(ActorSystem system, HostedPipelines pipelines) : IAsyncDisposable, IDisposable
{
    public ActorSystem System => system;

    public void Dispose() => _ = EndAsync();

    public async ValueTask DisposeAsync() => await EndAsync().ConfigureAwait(false);

    private Task EndAsync() => Task.WhenAll(pipelines.All.Select(pipeline => pipeline.DrainAsync(TimeSpan.Zero)));
}
