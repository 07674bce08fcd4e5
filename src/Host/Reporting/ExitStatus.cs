using System.Runtime.InteropServices;

namespace AkkaPipeline.Host.Reporting;

/// <summary>What the program's exit status says.</summary>
internal static class ExitStatus
{
    /// <summary>
    /// All items were acked, or no more rejected than allowed, or as many are done as the run was to do; the output is in
    /// place.
    /// </summary>
    public const int Success = 0;

    /// <summary>The pipeline failed, could not go on, had so many failures that it halted, or has met damage in its state.</summary>
    public const int Failure = 1;

    /// <summary>The command line or the configuration is wrong.</summary>
    public const int WrongUsage = 2;

    /// <summary>The output is in place, but more items were rejected than allowed.</summary>
    public const int TooManyDeadLetters = 3;

    /// <param name="settlement">How the pipeline ended.</param>
    /// <param name="deadLettersAllowed">How many; <see cref="long.MaxValue"/> for all.</param>
    /// <param name="signal">The signal that asked for the end, if one did.</param>
    /// <param name="enough">Whether it has halted because as many items were done as were wanted.</param>
    /// <param name="damaged">Whether the state has something aside that was damaged.</param>
    public static int Of(
        Settlement settlement, long deadLettersAllowed, PosixSignal? signal = null, bool enough = false, bool damaged = false)
    {
        if (settlement.Outcome is PipelineOutcome.Failed or PipelineOutcome.Stalled || (settlement.Outcome is PipelineOutcome.Halted && !enough))
        {
            return Failure;
        }

        if (!enough && (!settlement.SourcesEnded || settlement.Released > 0))
        {
            return signal is { } sent ? OfSignal(sent) : Failure;
        }

        if (damaged || settlement.Quarantined > 0)
        {
            return Failure;
        }

        return settlement.DeadLettered > deadLettersAllowed ? TooManyDeadLetters : Success;
    }

    /// <summary>What a shell reports for a program that a signal ended: 128 and the signal's number.</summary>
    public static int OfSignal(PosixSignal signal) => 128 + signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        _ => 15,
    };
}
