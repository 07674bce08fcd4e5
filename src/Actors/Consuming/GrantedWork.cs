using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;
using AkkaPipeline.Storing;

namespace AkkaPipeline.Consuming;

/// <summary>A grant in a consumer's hands: its items side by side, and how far they have been started.</summary>
internal sealed class GrantedWork<T> : IDeliveryOrigin
{
    private const int DecisionMade = 1;
    private const int IsToBeLeft = 2;

    private readonly QueueProtocol.Grant grant;
    private readonly Action<TimeSpan, string> pause;
    private readonly T[] items;
    private readonly int offset;
    private readonly Lock gate = new();
    private volatile int[]? unwanted;
    private ClaimedRange range;
    private FailureOutcome decided;

    private int decidedIndex;
    private int signals;
    private RunningSlot? slot;

    /// <param name="grant">The grant.</param>
    /// <param name="pause">What a consumer calls that has learnt of a limit.</param>
    public GrantedWork(QueueProtocol.Grant grant, Action<TimeSpan, string> pause)
    {
        this.grant = grant;
        this.pause = pause;
        range = new ClaimedRange(grant.Items.Count);
        (items, offset) = SideBySide(grant.Items);
        IsKeyed = grant.Items.At(0).Chunk.Columns?.Keys is not null;
    }

    public long Id => grant.Id;

    public GrantItems Granted => grant.Items;

    public int Epoch => grant.Epoch;

    public int Count => grant.Items.Count;

    /// <summary>Whether its items have keys, and so must not overtake each other.</summary>
    public bool IsKeyed { get; }

    /// <summary>Whether the runner is done with it; the consumer actor's own.</summary>
    public bool IsLeft { get; set; }

    public bool Started => range.Started;

    public ref ClaimedRange Range => ref range;

    /// <summary>The item that the user's code has in hand; -1: none. The runner's own; others may see an older one.</summary>
    public int AtHand
    {
        get;
        set
        {
            field = value;
            slot?.Set(value < 0 ? 0 : SequenceAt(value));
        }
    } = -1;

    /// <summary>Whether the runner has to look up: its code has decided something, or the grant is to be left.</summary>
    public bool HasSignal => signals != 0;

    /// <summary>Whether nothing more of it is to be started.</summary>
    public bool IsRecalled => (Volatile.Read(ref signals) & IsToBeLeft) != 0;

    /// <summary>Whether an item has been started, as far as the consumer's actor can see.</summary>
    public bool HasStarted(int index) =>
        IsLeft || index < ReportedUpTo || (AtHand is >= 0 and var atHand ? index <= atHand : index < range.NextUnclaimed);

    /// <summary>Items before this index have been reported: nothing can be decided about them any more.</summary>
    public int ReportedUpTo { get; set; }

    public T ItemAt(int index) => items[offset + index];

    public Delivery<T> DeliveryAt(int index) => new(items[offset + index], this, index);

    /// <summary>From now on it is noted which item is at hand, so that it is known if the process dies; null: not any more.</summary>
    public void NoteIn(RunningSlot? running) => slot = running;

    public string IdAt(int index) => grant.Queue.DeliveryId(SequenceAt(index));

    public long SequenceAt(int index) => grant.Items.SequenceAt(index);

    public int AttemptAt(int index) => grant.Items.At(index).Chunk.Attempts + 1;

    public string? KeyAt(int index) => grant.Items.At(index) is var item ? item.Chunk.KeyAt(item.Start) : null;

    public IReadOnlyDictionary<string, string> HeadersAt(int index) =>
        grant.Items.At(index) is var item ? item.Chunk.HeadersAt(item.Start) : ItemHeaders.None;

    public void Decide(int index, FailureOutcome outcome)
    {
        lock (gate)
        {
            if (index < ReportedUpTo || index != AtHand)
            {
                throw new InvalidOperationException(
                    $"Delivery {IdAt(index)} is not in hand any more: decide about an item before its consumer returns.");
            }

            (decided, decidedIndex) = (outcome, index);
            Interlocked.Or(ref signals, DecisionMade);
        }
    }

    /// <summary>Nothing more is started: the runner hands back what is left when the item at hand has ended.</summary>
    public void Recall() => Interlocked.Or(ref signals, IsToBeLeft);

    public void Pause(TimeSpan duration, string reason) => pause(duration, reason);

    /// <summary>What the consumer has decided about an item; null: nothing. A decision about another comes too late.</summary>
    public FailureOutcome? TakeDecision(int index)
    {
        if ((signals & DecisionMade) == 0)
        {
            return null;
        }

        lock (gate)
        {
            Interlocked.And(ref signals, ~DecisionMade);
            return decidedIndex == index ? decided : null;
        }
    }

    /// <summary>
    /// Moves the beginning of a tail to where a key begins, up or else down: of a key that has been started nothing is given
    /// back.
    /// </summary>
    /// <param name="next">The first item that has not been started.</param>
    /// <param name="from">Where the tail would begin.</param>
    /// <param name="end">Where it ends.</param>
    /// <returns>Where it begins; its end, if nothing can be given back.</returns>
    public int TailAtKey(int next, int from, int end)
    {
        if (!IsKeyed || from >= end)
        {
            return from;
        }

        var up = from;
        while (up < end && !KeyBeginsAt(up))
        {
            up++;
        }

        var down = from;
        while (up == end && down > next && !KeyBeginsAt(down))
        {
            down--;
        }

        return up < end ? up : KeyBeginsAt(down) ? down : end;
    }

    /// <summary>
    /// An item is claimed and may not have been started: it is not to be. One that runs, or has, is not concerned.
    /// </summary>
    public void NeverStart(int index)
    {
        lock (gate)
        {
            unwanted = [.. unwanted ?? [], index];
        }
    }

    /// <summary>The first of the items [from, to) that is not to be started; <paramref name="to"/> if all are.</summary>
    public int FirstUnwanted(int from, int to) => unwanted is { } some
        ? some.Where(index => index >= from && index < to).DefaultIfEmpty(to).Min()
        : to;

    /// <summary>Takes back an item that has not been started, with all that follow it.</summary>
    /// <returns>The items [From, To), empty if it has been started, or was taken back before.</returns>
    public (int From, int To) TakeBackFrom(int index) =>
        range.TakeBack(static all => all, (next, _, end) => index < next || index >= end ? end : index);

    /// <summary>The item as a dead letter, with all its failed attempts.</summary>
    /// <param name="index">The item.</param>
    /// <param name="cause">Why it is one.</param>
    /// <param name="reason">Why, in one line.</param>
    /// <param name="failed">The last attempt; null if it was none.</param>
    /// <param name="exception">What that threw.</param>
    /// <param name="at">Now.</param>
    public DeadLetteredItem<T> DeadLetterAt(
        int index, DeadLetterCause cause, string reason, FailedAttempt? failed, Exception? exception, DateTimeOffset at)
    {
        var history = grant.Items.At(index).Chunk.History;
        return new DeadLetteredItem<T>
        {
            Item = ItemAt(index),
            Id = IdAt(index),
            Sequence = SequenceAt(index),
            Key = KeyAt(index),
            Headers = HeadersAt(index),
            Cause = cause,
            Reason = reason,
            Attempts = failed is null ? history : AttemptHistory.Add(history, failed),
            At = at,
            Exception = exception,
        };
    }

    /// <summary>Why an item of a parked key is a dead letter; one that has failed itself before keeps its cause.</summary>
    public string WhyParked(int index) =>
        $"its key {KeyAt(index)} is parked" + (grant.Items.At(index).Chunk.History is [.., var last]
            ? FailureReason.Line($"; before that it failed itself: {last.Error.Type}: {last.Error.Message}")
            : string.Empty);

    private bool KeyBeginsAt(int index) => index == 0 || KeyAt(index) != KeyAt(index - 1);

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
