using Akka.Actor.Setup;
using Akka.Hosting;

namespace AkkaPipeline.Hosting;

/// <summary>The pipelines that were described to an actor system, carried by its setup.</summary>
internal sealed class PipelinesSetup : Setup
{
    private readonly List<PipelineDescription> described = [];

    public IReadOnlyList<PipelineDescription> Described => described;

    public static PipelinesSetup Of(AkkaConfigurationBuilder akka)
    {
        if (In(akka) is { } there)
        {
            return there;
        }

        var setup = new PipelinesSetup();
        akka.AddSetup(setup).WithActors((_, _, resolver) =>
        {
            if (resolver.GetService<HostedPipelines>() is null)
            {
                throw new InvalidOperationException(
                    $"WithPipeline(\"{setup.Described[0].Name}\", …) needs services.AddPipelines() beside services.AddAkka(…): "
                    + "an actor system's description comes too late to put queues into the container.");
            }
        });
        return setup;
    }

    public static PipelinesSetup? In(AkkaConfigurationBuilder akka) => akka.Setups.OfType<PipelinesSetup>().FirstOrDefault();

    public void Add(PipelineDescription pipeline) => described.Add(pipeline);
}
