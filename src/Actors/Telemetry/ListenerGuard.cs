using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace AkkaPipeline.Telemetry;

/// <summary>Contains what listeners throw: .NET runs their code in the place of whoever measures. It is told once for a pipeline.</summary>
/// <param name="pipeline">Its name.</param>
/// <param name="log">Its own: all that measures it has the same.</param>
internal sealed class ListenerGuard(string pipeline, ILogger log)
{
    private static readonly ConditionalWeakTable<ILogger, ListenerGuard> Told = [];

    public void Contain(Exception thrown)
    {
        if (Told.TryAdd(log, this))
        {
            EngineLog.ListenerFailed(log, pipeline, FailureReason.Loggable(thrown));
        }
    }
}
