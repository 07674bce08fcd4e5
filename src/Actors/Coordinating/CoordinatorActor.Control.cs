using Akka.Actor;
using AkkaPipeline.Consuming;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Coordinating;

/// <content>What people and programs tell a running pipeline: see <see cref="PipelineProtocol"/>.</content>
internal sealed partial class CoordinatorActor<T>
{
    private ConsumerProtocol.PoolIs pool = new(0, 0);

    private void OnControl(PipelineProtocol.ICommand command, IActorRef sender)
    {
        if (roles.Queue.IsNobody())
        {
            sender.Tell(new Status.Failure(new InvalidOperationException($"The pipeline {setup.Name} has not started yet.")));
            return;
        }

        if (WhyRefused(command) is { } refusal)
        {
            sender.Tell(new Status.Failure(refusal));
            return;
        }

        switch (command)
        {
            case PipelineProtocol.Pause pause:
                var until = pause.Duration is { } duration ? Timestamps.UtcAfter(setup.Time, duration) : (DateTimeOffset?)null;
                TellQueue(new QueueProtocol.Pause(PauseNames.User, FailureReason.Line(pause.Reason), until), sender);
                break;
            case PipelineProtocol.Resume:
                roles.Pool.Tell(ConsumerProtocol.Resume.Instance);
                TellQueue(new QueueProtocol.Resume(null), sender);
                break;
            case PipelineProtocol.ChangeRate change:
                TellQueue(new QueueProtocol.ChangeRate(change.Rate, PerKey: false), sender);
                break;
            case PipelineProtocol.ChangeRatePerKey change:
                TellQueue(new QueueProtocol.ChangeRate(change.Rate, PerKey: true), sender);
                break;
            case PipelineProtocol.HaltWhen halt:
                TellQueue(new QueueProtocol.HaltWhen(halt.Rules), sender);
                break;
            case PipelineProtocol.Complete:
                state.Complete();
                TellEnd(sender);
                break;
            case PipelineProtocol.Drain drain:
                Drain(drain.Deadline);
                TellEnd(sender);
                break;
            default:
                Ask(command, sender);
                break;
        }
    }

    private void Ask(PipelineProtocol.ICommand command, IActorRef sender)
    {
        switch (command)
        {
            case PipelineProtocol.ResumeKey resume:
                roles.Queue.Tell(new QueueProtocol.ResumeKey(sender, resume.Key));
                break;
            case PipelineProtocol.CancelItem cancel:
                PassOn(new QueueProtocol.Cancel(sender, cancel.Sequence));
                break;
            case PipelineProtocol.Explain explain:
                PassOn(new QueueProtocol.Explain(sender, explain.Sequence));
                break;
            case PipelineProtocol.PlanDrain plan:
                PassOn(new QueueProtocol.PlanDrain(sender, plan.Deadline, state.SourcesOpen));
                break;
            case PipelineProtocol.Resize when setup.CreateWorker is null:
                sender.Tell(new Status.Failure(new InvalidOperationException($"The pipeline {setup.Name} has no pool to resize.")));
                break;
            case PipelineProtocol.Resize resize:
                var resized = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                Resize(resize.Consumers, resized);
                TellWhenResized(resized.Task, sender);
                break;
            case PipelineProtocol.GetStatus:
                PassOn(new QueueProtocol.GetStatus(sender, new PipelineStatus
                {
                    Pipeline = setup.Name,
                    Phase = state.Phase.ToString(),
                    Consumers = pool.Consumers,
                    Abandoned = pool.Abandoned,
                }));
                break;
            default:
                Unhandled(command);
                break;
        }
    }

    /// <summary>Any actor may send anything: what makes no sense must not reach the queue.</summary>
    private Exception? WhyRefused(PipelineProtocol.ICommand command) => command switch
    {
        PipelineProtocol.Pause pause when string.IsNullOrWhiteSpace(pause.Reason) =>
            new ArgumentException("A pause needs a reason."),
        PipelineProtocol.Pause { Duration: { } duration } when duration <= TimeSpan.Zero =>
            new ArgumentOutOfRangeException(nameof(command), duration, "A pause lasts more than no time."),
        PipelineProtocol.Drain drain when !IsDeadline(drain.Deadline) => NoDeadline(drain.Deadline),
        PipelineProtocol.PlanDrain plan when !IsDeadline(plan.Deadline) => NoDeadline(plan.Deadline),
        PipelineProtocol.HaltWhen { Rules: null } => new ArgumentNullException(nameof(command), "The rules are null."),
        PipelineProtocol.HaltWhen halt when halt.Rules.Contains(null!) => new ArgumentNullException(nameof(command), "A rule is null."),
        PipelineProtocol.ChangeRatePerKey { Rate: not null } when setup.Keys is null => NoKeys(setup.Name),
        PipelineProtocol.ResumeKey { Key: null } => new ArgumentNullException(nameof(command), "The key is null."),
        PipelineProtocol.Resize resize => PoolSize.WhyRefused(resize.Consumers, nameof(command)),
        _ => null,
    };

    private static InvalidOperationException NoKeys(string pipeline) =>
        new($"The pipeline {pipeline} has no keys to have a rate each: call InOrderBy(…) before it is started.");

    private static bool IsDeadline(TimeSpan deadline) => deadline >= TimeSpan.Zero || deadline == Timeout.InfiniteTimeSpan;

    private static ArgumentOutOfRangeException NoDeadline(TimeSpan deadline) =>
        new(nameof(deadline), deadline, "A deadline lies ahead, or is infinite.");

    /// <summary>The sender hears that a command was taken when it has taken effect.</summary>
    private void TellQueue(QueueProtocol.ICommand command, IActorRef sender)
    {
        roles.Queue.Tell(command);
        roles.Queue.Tell(new QueueProtocol.Confirm(sender, new PipelineProtocol.Taken()));
    }

    private static void TellWhenResized(Task resized, IActorRef sender) =>
        _ = resized.ContinueWith(
            _ => sender.Tell(new PipelineProtocol.Taken()), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private void TellEnd(IActorRef sender) => ended.Task.PipeTo(sender, Self);
}
