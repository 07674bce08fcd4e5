namespace AkkaPipeline.Coordinating;

/// <summary>What the coordinator hears from the objects that users hold.</summary>
internal static class CoordinatorProtocol
{
    public interface ICommand;

    /// <summary>Ends once the sources have ended and everything is settled.</summary>
    public sealed record Complete : ICommand
    {
        public static Complete Instance { get; } = new();
    }

    /// <summary>Ends as soon as what was emitted is settled, at the latest at the deadline.</summary>
    public sealed record Drain(TimeSpan Deadline) : ICommand;

    /// <summary>Brings the pool to a size; answered when it has it, or when the pipeline ends.</summary>
    public sealed record Resize(int Consumers, TaskCompletionSource Answer) : ICommand;

    /// <summary>Asks for the dead letters that the store keeps.</summary>
    public sealed record GetDeadLetters(TaskCompletionSource<IReadOnlyList<object>> Answer) : ICommand;
}
