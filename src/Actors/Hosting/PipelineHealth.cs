using AkkaPipeline.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AkkaPipeline;

/// <summary>The health of a host's pipelines.</summary>
public static class PipelineHealth
{
    // A check that gets no answer has one, too.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Adds two checks over all pipelines of the host: <c>pipelines-live</c>, tagged <c>live</c>, healthy unless one has failed;
    /// and <c>pipelines-ready</c>, tagged <c>ready</c>, healthy while all run: not while one starts and recovers what its store
    /// holds, has paused by itself, drains, or has ended. Somebody's pause is no reason.
    /// </summary>
    /// <param name="checks">The host's health checks.</param>
    public static IHealthChecksBuilder AddPipelines(this IHealthChecksBuilder checks)
    {
        ArgumentNullException.ThrowIfNull(checks);
        return checks
            .Add(new HealthCheckRegistration(
                "pipelines-live", services => new LivenessCheck(services.GetRequiredService<HostedPipelines>()), null, ["live"], Patience))
            .Add(new HealthCheckRegistration(
                "pipelines-ready", services => ActivatorUtilities.CreateInstance<ReadinessCheck>(services), null, ["ready"], Patience));
    }
}
