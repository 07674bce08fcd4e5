using AkkaPipeline.Queueing;

namespace AkkaPipeline.Storing;

/// <summary>Keeps everything in this process: gone when it ends.</summary>
internal sealed class MemoryStore : IQueueStore
{
    private readonly Lock gate = new();
    private readonly List<object> deadLetters = [];
    private readonly string instance = Guid.NewGuid().ToString("N")[..12];
    private int epoch;

    public ValueTask<StoreOpened> OpenAsync(string queue, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new StoreOpened(new QueueIdentity(queue, instance), ++epoch));

    public ValueTask KeepAsync(IReadOnlyList<object> deadLetters, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            this.deadLetters.AddRange(deadLetters);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<object>> DeadLettersAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return ValueTask.FromResult<IReadOnlyList<object>>([.. deadLetters]);
        }
    }

    public ValueTask CloseAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
