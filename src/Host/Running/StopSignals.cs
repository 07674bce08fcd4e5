using System.Runtime.InteropServices;
using AkkaPipeline.Host.Reporting;

namespace AkkaPipeline.Host.Running;

/// <summary>SIGINT and SIGTERM: the first asks for a drain, the second ends the process at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly TaskCompletionSource<PosixSignal> first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] registrations;

    public StopSignals() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Hear),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Hear),
    ];

    /// <summary>Completes with the first signal.</summary>
    public Task<PosixSignal> First => first.Task;

    /// <summary>The signal that came, if one did.</summary>
    public PosixSignal? Heard { get; private set; }

    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }
    }

    private void Hear(PosixSignalContext context)
    {
        context.Cancel = true;
        Heard ??= context.Signal;
        if (!first.TrySetResult(context.Signal))
        {
            Environment.Exit(ExitStatus.OfSignal(context.Signal));
        }
    }
}
