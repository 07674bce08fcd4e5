using AkkaPipeline.Coordinating;
using AkkaPipeline.Queueing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AkkaPipeline.Hosting;

/// <summary>Healthy while every pipeline runs, and none has paused by itself.</summary>
internal sealed class ReadinessCheck(HostedPipelines pipelines, PipelinesService service) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (service.IsDraining)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "The host stops, and its pipelines drain.");
        }

        var reasons = await Task.WhenAll(pipelines.All.Select(pipeline => WhyNotReadyAsync(pipeline, cancellationToken))).ConfigureAwait(false);
        string[] told = [.. reasons.OfType<string>()];
        return told.Length == 0
            ? HealthCheckResult.Healthy()
            : new HealthCheckResult(context.Registration.FailureStatus, string.Join("; ", told));
    }

    private static async Task<string?> WhyNotReadyAsync(HostedPipeline pipeline, CancellationToken cancellationToken)
    {
        if (pipeline.Completion is not { } end)
        {
            return $"{pipeline.Name} has not started, or recovers what its store holds";
        }

        try
        {
            if (end.IsCompleted)
            {
                return $"{pipeline.Name} has ended: {(await end.ConfigureAwait(false)).Outcome}";
            }

            var status = await pipeline.StatusAsync(cancellationToken).ConfigureAwait(false);
            if (status.Phase != nameof(PipelinePhase.Running))
            {
                return $"{pipeline.Name} is ending: {status.Phase}";
            }

            var paused = status.Paused.FirstOrDefault(pause => pause.Name != PauseNames.User);
            return paused is null ? null : $"{pipeline.Name} has paused ({paused.Name}): {paused.Reason}";
        }
        catch (Exception failure) when (failure is PipelineFailedException or InvalidOperationException)
        {
            return failure.Message;
        }
    }
}
