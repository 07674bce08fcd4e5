using Akka.Actor;

namespace AkkaPipeline;

/// <summary>
/// What actors can tell a running pipeline, by way of <see cref="RunningPipeline{T}.Coordinator"/>. Each is answered to its
/// sender; commands without another answer by <see cref="Taken"/>. A pipeline that has ended answers nothing.
/// </summary>
public static class PipelineProtocol
{
    /// <summary>To a pipeline.</summary>
    public interface ICommand : INoSerializationVerificationNeeded;

    /// <summary>Grants nothing more until told to resume, or for a while; what runs goes on.</summary>
    /// <param name="Reason">Why, in one line.</param>
    /// <param name="Duration">Null: until resumed.</param>
    public sealed record Pause(string Reason, TimeSpan? Duration = null) : ICommand;

    /// <summary>Goes on, whatever has paused the pipeline, but for a sink's breaker and a full store of dead letters.</summary>
    public sealed record Resume : ICommand;

    /// <summary>Changes the number of consumers; those too many finish what they have.</summary>
    public sealed record Resize(int Consumers) : ICommand;

    /// <summary>Changes the rate; null: no limit.</summary>
    public sealed record ChangeRate(Rate? Rate) : ICommand;

    /// <summary>Changes the rate of each key; null: no limit.</summary>
    public sealed record ChangeRatePerKey(Rate? Rate) : ICommand;

    /// <summary>Replaces the rules for halting.</summary>
    public sealed record HaltWhen(IReadOnlyList<HaltRule> Rules) : ICommand;

    /// <summary>Lets a halted or parked key go on; answered by a bool: whether it was either.</summary>
    public sealed record ResumeKey(string Key) : ICommand;

    /// <summary>Cancels an item by its sequence number; answered by an <see cref="ItemCancellation"/>.</summary>
    public sealed record CancelItem(long Sequence) : ICommand;

    /// <summary>Asks why an item is where it is; answered by an <see cref="ItemExplanation"/>.</summary>
    public sealed record Explain(long Sequence) : ICommand;

    /// <summary>Asks what a drain would do; answered by a <see cref="DrainPlan"/>.</summary>
    public sealed record PlanDrain(TimeSpan Deadline) : ICommand;

    /// <summary>Asks how the pipeline is; answered by a <see cref="PipelineStatus"/>.</summary>
    public sealed record GetStatus : ICommand;

    /// <summary>Ends the pipeline when its sources have ended and everything is settled; answered by the <see cref="Settlement"/>.</summary>
    public sealed record Complete : ICommand;

    /// <summary>Ends the pipeline soon, at the latest at the deadline; answered by the <see cref="Settlement"/>.</summary>
    public sealed record Drain(TimeSpan Deadline) : ICommand;

    /// <summary>The pipeline has taken a command.</summary>
    public sealed record Taken;
}
