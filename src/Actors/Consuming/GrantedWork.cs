using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Consuming;

/// <summary>A grant in a consumer's hands: its items side by side, and how far they have been started.</summary>
internal sealed class GrantedWork<T> : IDeliveryOrigin
{
    private const int AttemptsKept = 100;

    private readonly QueueProtocol.Grant grant;
    private readonly T[] items;
    private readonly int offset;
    private ClaimedRange range;

    public GrantedWork(QueueProtocol.Grant grant)
    {
        this.grant = grant;
        range = new ClaimedRange(grant.Items.Count);
        (items, offset) = SideBySide(grant.Items);
    }

    public long Id => grant.Id;

    public int Epoch => grant.Epoch;

    public int Count => grant.Items.Count;

    /// <summary>Whether the runner is done with it; the consumer actor's own.</summary>
    public bool IsLeft { get; set; }

    public bool Started => range.Started;

    public ref ClaimedRange Range => ref range;

    public T ItemAt(int index) => items[offset + index];

    public Delivery<T> DeliveryAt(int index) => new(items[offset + index], this, index);

    public string IdAt(int index) => grant.Queue.DeliveryId(SequenceAt(index));

    public long SequenceAt(int index) => grant.Items.SequenceAt(index);

    /// <summary>One, until failed items come back.</summary>
    public int AttemptAt(int index) => 1;

    public DeadLetteredItem<T> DeadLetterAt(int index, DeadLetterCause why, Exception cause, DateTimeOffset at) => new()
    {
        Item = ItemAt(index),
        Id = IdAt(index),
        Sequence = SequenceAt(index),
        Cause = why,
        Reason = AttemptError.Of(cause).Message,
        Attempts =
        [
            .. grant.Items.At(index).Chunk.History.TakeLast(AttemptsKept - 1),
            new FailedAttempt(AttemptAt(index), at, TimeSpan.Zero, AttemptError.Of(cause)),
        ],
        At = at,
        Exception = cause,
    };

    private static (T[] Items, int Offset) SideBySide(GrantItems granted)
    {
        if (granted.Run is { } run)
        {
            var chunk = (Chunk<T>)run.Chunk;
            return (chunk.Items, chunk.Offset + run.Start);
        }

        var items = new T[granted.Count];
        for (var index = 0; index < items.Length; index++)
        {
            var picked = granted.At(index);
            var chunk = (Chunk<T>)picked.Chunk;
            items[index] = chunk.Items[chunk.Offset + picked.Start];
        }

        return (items, 0);
    }
}
