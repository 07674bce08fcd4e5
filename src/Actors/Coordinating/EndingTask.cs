using System.Diagnostics.CodeAnalysis;
using System.Threading.Tasks.Sources;
using AkkaPipeline.Consuming;

namespace AkkaPipeline.Coordinating;

/// <summary>
/// The end of a pipeline as an awaitable that knows who awaits it: a consumer of that pipeline would wait for itself, so
/// it is told so instead.
/// </summary>
internal sealed class EndingTask(Task<Settlement> ended, object inside, string name) : IValueTaskSource<Settlement>
{
    private bool awaitedFromInside;

    public static ValueTask<Settlement> Of(Task<Settlement> ended, object inside, string name) =>
        Inside.Of(inside)
            ? new ValueTask<Settlement>(new EndingTask(ended, inside, name), 0)
            : new ValueTask<Settlement>(ended);

    public ValueTaskSourceStatus GetStatus(short token) =>
        awaitedFromInside || ended.IsFaulted ? ValueTaskSourceStatus.Faulted
        : ended.IsCompleted ? ValueTaskSourceStatus.Succeeded
        : ValueTaskSourceStatus.Pending;

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        awaitedFromInside = Inside.Of(inside) && !ended.IsCompleted;
        if (awaitedFromInside)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => continuation(state), null);
        }
        else
        {
            ended.GetAwaiter().UnsafeOnCompleted(() => continuation(state));
        }
    }

    [SuppressMessage("ApiDesign", "RS0030", Justification = "Called once the task has ended: it blocks nobody.")]
    public Settlement GetResult(short token) =>
        awaitedFromInside
            ? throw new InvalidOperationException(
                $"A consumer must not await the end of its own pipeline ({name}): its item would wait for itself. The "
                + "pipeline is ending; return from the consumer, and await the end elsewhere.")
            : ended.GetAwaiter().GetResult();
}
