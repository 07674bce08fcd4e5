using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AkkaPipeline.Hosting;

/// <summary>Healthy unless a pipeline has failed.</summary>
internal sealed class LivenessCheck(HostedPipelines pipelines) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var failures = new List<string>();
        foreach (var pipeline in pipelines.All)
        {
            if (pipeline.Completion is { IsFaulted: true } ended)
            {
                failures.Add(ended.Exception!.InnerException!.Message);
            }
        }

        return Task.FromResult(failures.Count == 0
            ? HealthCheckResult.Healthy()
            : new HealthCheckResult(context.Registration.FailureStatus, string.Join(' ', failures)));
    }
}
