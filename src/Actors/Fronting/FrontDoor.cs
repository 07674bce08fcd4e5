using Akka.Actor;

namespace AkkaPipeline.Fronting;

/// <summary>
/// The way from users' objects to the front end. Asking never hangs: when the front end is gone, what was asked fails.
/// </summary>
internal sealed class FrontDoor<T>(string name, PutBuffer<T> puts, TaskCompletionSource gone)
{
    public string Name => name;

    public PutBuffer<T> Puts => puts;

    public IActorRef FrontEnd { get; set; } = ActorRefs.Nobody;

    public QueueShutDownException HasEnded => new($"The queue {name} has ended.");

    public void Tell(FrontEndProtocol.ICommand command) => FrontEnd.Tell(command);

    public async Task<TAnswer> AskAsync<TAnswer>(
        Func<TaskCompletionSource<TAnswer>, FrontEndProtocol.ICommand> command, TaskCompletionSource<TAnswer>? answer = null)
    {
        answer ??= new TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        FrontEnd.Tell(command(answer));
        if (await Task.WhenAny(answer.Task, gone.Task).ConfigureAwait(false) == gone.Task)
        {
            answer.TrySetException(HasEnded);
        }

        return await answer.Task.ConfigureAwait(false);
    }

    /// <summary>The front end has stopped.</summary>
    public void Gone() => gone.TrySetResult();
}
