using Akka.Actor;
using Akka.Event;

namespace AkkaPipeline.Queueing;

/// <summary>
/// What travels to and from the queue. Every exchange can be repeated: numbers make a second application change nothing.
/// What comes when its receiver has stopped is nothing to log, here as in the other protocols: a pipeline is ending, and whoever
/// waits is told by that; one that crashes is told by its coordinator.
/// </summary>
internal static class QueueProtocol
{
    /// <summary>To the queue.</summary>
    public interface ICommand : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    /// <summary>From the queue.</summary>
    public interface IEvent : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    // Producers: credit and offers.

    /// <summary>Asks for credit, and makes the producer known.</summary>
    /// <param name="ReplyTo">Who hears <see cref="Credit"/>, <see cref="Recall"/> and <see cref="SettledRun"/>.</param>
    /// <param name="Producer">Who asks.</param>
    /// <param name="Wants">How much, and how urgently.</param>
    public sealed record Demand(IActorRef ReplyTo, ProducerKey Producer, CreditDemand Wants) : ICommand;

    /// <summary>Offers a chunk.</summary>
    /// <param name="ReplyTo">Who hears the <see cref="Credit"/> that answers.</param>
    /// <param name="Producer">Who offers.</param>
    /// <param name="Number">The producer's number of the chunk's first item: an offer that was taken is not taken again.</param>
    /// <param name="Chunk">The items.</param>
    /// <param name="Wants">The demand after this offer.</param>
    public sealed record Offer(IActorRef ReplyTo, ProducerKey Producer, long Number, Chunk Chunk, CreditDemand Wants) : ICommand;

    /// <summary>Gives recalled credit back: the producer offers nothing from <paramref name="UpTo"/> on.</summary>
    public sealed record Yield(ProducerKey Producer, long Version, long UpTo) : ICommand;

    /// <summary>Says that the settled runs up to a number have been heard.</summary>
    public sealed record Noted(ProducerKey Producer, long UpTo) : ICommand;

    /// <summary>Tells a producer what it may do, and what became of its offers.</summary>
    public sealed record Credit(ProducerKey Producer, CreditStanding Standing) : IEvent;

    /// <summary>Asks for unused credit back, since another producer has an item in hand.</summary>
    public sealed record Recall(ProducerKey Producer, long Version) : IEvent;

    /// <summary>Items were put again under an id that is known: they have not been taken.</summary>
    public sealed record Duplicates(ProducerKey Producer, IReadOnlyList<long> Numbers) : IEvent;

    /// <summary>Items of this producer are settled.</summary>
    /// <param name="Producer">Whom it is for.</param>
    /// <param name="Number">Number of this message, from 1, to be <see cref="Noted"/>.</param>
    /// <param name="First">The producer's number of the first item.</param>
    /// <param name="Count">How many items.</param>
    public sealed record SettledRun(ProducerKey Producer, long Number, long First, int Count) : IEvent;

    // Consumers: requests, grants and settlements.

    /// <summary>
    /// Asks for work. One request of a consumer is open at a time; said again under its number it is renewed with what
    /// is wanted now, or answered again if it was answered.
    /// </summary>
    /// <param name="ReplyTo">Who hears the <see cref="Grant"/>.</param>
    /// <param name="Consumer">Who asks; watched from now on.</param>
    /// <param name="Number">Number of the request, from 1.</param>
    /// <param name="Wants">How much, and how it waits.</param>
    public sealed record Request(IActorRef ReplyTo, ConsumerKey Consumer, long Number, WorkDemand Wants) : ICommand;

    /// <summary>
    /// Withdraws the open request: its consumer takes no more work. Answered by <see cref="NothingReady"/>, or by the grant
    /// that had answered the request.
    /// </summary>
    /// <param name="ReplyTo">Who hears the answer.</param>
    /// <param name="Consumer">Who asked.</param>
    /// <param name="Number">Number of the request.</param>
    public sealed record Withdraw(IActorRef ReplyTo, ConsumerKey Consumer, long Number) : ICommand;

    /// <summary>Gives work.</summary>
    /// <param name="Consumer">Whom it is for.</param>
    /// <param name="Id">The grant's id, unique in the epoch.</param>
    /// <param name="Epoch">The queue's epoch; a settlement has to name it.</param>
    /// <param name="Request">Number of the request it answers.</param>
    /// <param name="Items">The items.</param>
    /// <param name="Queue">For delivery ids.</param>
    public sealed record Grant(
        ConsumerKey Consumer, long Id, int Epoch, long Request, GrantItems Items, QueueIdentity Queue) : IEvent;

    /// <summary>Reports what became of items of a grant.</summary>
    /// <param name="Consumer">Who held them.</param>
    /// <param name="Number">Number of the settlement, from 1, taken in order.</param>
    /// <param name="Epoch">The grant's epoch.</param>
    /// <param name="GrantId">The grant.</param>
    /// <param name="Run">The outcome.</param>
    public sealed record Settle(ConsumerKey Consumer, long Number, int Epoch, long GrantId, OutcomeRun Run) : ICommand;

    /// <summary>Answers <see cref="Settle"/>.</summary>
    /// <param name="Consumer">Whom it is for.</param>
    /// <param name="UpTo">Settlements up to this number have been taken.</param>
    /// <param name="Refused">The latest settlements that were taken and refused, not applied (fenced).</param>
    public sealed record Settled(ConsumerKey Consumer, long UpTo, IReadOnlyList<Refusal> Refused) : IEvent;

    /// <summary>Asks for the unstarted tail of a grant back, for an idle consumer.</summary>
    public sealed record TakeBack(ConsumerKey Consumer, long GrantId) : IEvent;

    /// <summary>Answers <see cref="TakeBack"/> when there was nothing to give.</summary>
    public sealed record Kept(ConsumerKey Consumer, long GrantId) : ICommand;

    /// <summary>Answers a request that is immediate, ends with the queue or was withdrawn, when there is nothing.</summary>
    public sealed record NothingReady(ConsumerKey Consumer, long Request, bool ShutDown) : IEvent;

    /// <summary>Asks for all back that has not been started: nothing is to be for a while, or at another rate.</summary>
    public sealed record HandBack(ConsumerKey Consumer) : IEvent;

    /// <summary>Cancels an item that the consumer holds.</summary>
    public sealed record CancelItem(ConsumerKey Consumer, long GrantId, int Index) : IEvent;

    // Control: what people, sinks and consumers tell a running queue.

    /// <summary>From a sink whose batches gather: it wants to be told when consumers wait for what it holds.</summary>
    public sealed record SinkGathers(IActorRef Sink) : ICommand;

    /// <summary>Grants nothing for a while.</summary>
    /// <param name="Name">Who says so, of <see cref="PauseNames"/>: a second pause of the name replaces the first.</param>
    /// <param name="Reason">Why, for people.</param>
    /// <param name="Until">When it ends by itself; null: when <see cref="Resume"/> says so.</param>
    /// <param name="EndsByItself">Whether who says so will end it without being asked, so that nothing is stuck.</param>
    public sealed record Pause(string Name, string Reason, DateTimeOffset? Until, bool EndsByItself = false) : ICommand;

    /// <summary>Ends a pause; without a name, all that wait to be told.</summary>
    public sealed record Resume(string? Name) : ICommand;

    /// <summary>Lets a few items through a pause.</summary>
    public sealed record Probe(string Name, int Items) : ICommand;

    /// <summary>Changes the rate of grants, of all or of each key; null: none.</summary>
    public sealed record ChangeRate(Rate? Rate, bool PerKey) : ICommand;

    /// <summary>Replaces the rules for halting.</summary>
    public sealed record HaltWhen(IReadOnlyList<HaltRule> Rules) : ICommand;

    /// <summary>Lets a halted or parked key go on; answered with whether it was either.</summary>
    public sealed record ResumeKey(IActorRef ReplyTo, string Key) : ICommand;

    /// <summary>Cancels an item; answered with an <see cref="ItemCancellation"/>.</summary>
    public sealed record Cancel(IActorRef ReplyTo, long Sequence) : ICommand;

    /// <summary>Asks why an item is where it is; answered with an <see cref="ItemExplanation"/>.</summary>
    public sealed record Explain(IActorRef ReplyTo, long Sequence) : ICommand;

    /// <summary>Asks a consumer how far it is with an item; answered with what is known, in its words.</summary>
    public sealed record ExplainHeld(ConsumerKey Consumer, long GrantId, int Index, ItemExplanation Known) : IEvent;

    /// <summary>Asks what a drain would do; answered with a <see cref="DrainPlan"/>.</summary>
    public sealed record PlanDrain(IActorRef ReplyTo, TimeSpan Deadline, int SourcesOpen = 0) : ICommand;

    /// <summary>Asks for an answer once what came before has been heard.</summary>
    public sealed record Confirm(IActorRef ReplyTo, object Answer) : ICommand;

    /// <summary>Asks to be told again by <see cref="Stalled"/> how it stands now, whatever was told before.</summary>
    public sealed record TellStall : ICommand
    {
        public static TellStall Instance { get; } = new();
    }

    /// <summary>Asks for a status; answered with what is known already and what the queue knows.</summary>
    public sealed record GetStatus(IActorRef ReplyTo, PipelineStatus Known) : ICommand;

    /// <summary>A rule for halting is met.</summary>
    public sealed record Halted(HaltRule Rule) : IEvent;

    // The store: what it has committed, what it has read, dead letters that leave it.

    /// <summary>What the queue has told the store is committed.</summary>
    /// <param name="AcceptsUpTo">Accepts up to this number.</param>
    /// <param name="RestUpTo">All else up to this number.</param>
    public sealed record Committed(long AcceptsUpTo, long RestUpTo) : ICommand;

    /// <summary>The store has no room for more items, or has again.</summary>
    /// <param name="Cause">Null: it has room.</param>
    /// <param name="PutsWait">Whether puts wait for room; else they fail.</param>
    /// <param name="EmptyUpTo">The write with which there were no more items in the store that could be worked off; null: there are.</param>
    public sealed record StoreIsFull(StoreFullException? Cause, bool PutsWait = false, long? EmptyUpTo = null) : ICommand;

    /// <summary>Items that stand alone have been read.</summary>
    /// <param name="Items">Chunks of one item each.</param>
    /// <param name="After">Where to read on; null: these were the last.</param>
    /// <param name="DeadLettered">How many could not be decoded, and are dead letters now.</param>
    public sealed record AloneRead(IReadOnlyList<Chunk> Items, long? After, long DeadLettered) : ICommand;

    /// <summary>Rows have been read.</summary>
    /// <param name="Runs">Their unsettled items, in order.</param>
    /// <param name="UpTo">The number of the last that was read; null: there are no more rows.</param>
    /// <param name="DeadLettered">How many could not be decoded, and are dead letters now.</param>
    /// <param name="Quarantined">How many stood in damaged rows.</param>
    public sealed record RowsRead(IReadOnlyList<ItemRun> Runs, long? UpTo, long DeadLettered, long Quarantined) : ICommand;

    /// <summary>Tells a front end that puts are refused, or taken again.</summary>
    /// <param name="Cause">Null: taken again.</param>
    public sealed record PutsRefused(StoreFullException? Cause) : IEvent;

    /// <summary>Gives dead letters back, to be tried anew.</summary>
    /// <param name="ReplyTo">Who hears <see cref="Requeued"/>.</param>
    /// <param name="Items">Chunks of one item each, with its sequence number.</param>
    public sealed record Requeue(IActorRef ReplyTo, IReadOnlyList<Chunk> Items) : ICommand;

    /// <summary>Answers <see cref="Requeue"/>.</summary>
    /// <param name="Refusal">Why nothing was taken; null if all was.</param>
    public sealed record Requeued(string? Refusal) : IEvent;

    /// <summary>Counts dead letters as dropped.</summary>
    public sealed record ForgetDeadLetters(IActorRef ReplyTo, long Count) : ICommand;

    /// <summary>Answers <see cref="ForgetDeadLetters"/>.</summary>
    public sealed record DeadLettersForgotten(QueueCounts Counts) : IEvent;

    // Everybody: joins, counts, the end.

    /// <summary>Asks to be told when nothing is unfinished.</summary>
    public sealed record Join(IActorRef ReplyTo, long Id) : ICommand;

    /// <summary>Answers <see cref="Join"/>.</summary>
    public sealed record Joined(long Id, QueueCounts Counts) : IEvent;

    /// <summary>Withdraws a join.</summary>
    public sealed record Leave(IActorRef ReplyTo, long Id) : ICommand;

    /// <summary>Asks for the counts, and who holds what.</summary>
    public sealed record GetReport(IActorRef ReplyTo) : ICommand;

    /// <summary>Answers <see cref="GetReport"/>.</summary>
    public sealed record Report(QueueCounts Counts, IReadOnlyList<Holding> Holdings) : IEvent;

    /// <summary>Ends puts; with <paramref name="Immediate"/>, drops what is queued.</summary>
    public sealed record ShutDown(IActorRef ReplyTo, bool Immediate) : ICommand;

    /// <summary>Answers <see cref="ShutDown"/>.</summary>
    public sealed record IsShutDown : IEvent;

    /// <summary>Grants nothing more: a drain has reached its deadline.</summary>
    public sealed record StopGranting(IActorRef ReplyTo) : ICommand;

    /// <summary>Answers <see cref="StopGranting"/> once nothing is in flight.</summary>
    public sealed record Quiet : IEvent;

    /// <summary>Fences every grant and releases what is unsettled; what a store keeps is there at the next start.</summary>
    /// <param name="ReplyTo">Who hears <see cref="AllReleased"/>.</param>
    /// <param name="WaitsForCommit">Whether that comes only once the store has committed what was settled.</param>
    public sealed record ReleaseAll(IActorRef ReplyTo, bool WaitsForCommit = true) : ICommand;

    /// <summary>Answers <see cref="ReleaseAll"/>.</summary>
    public sealed record AllReleased(QueueCounts Counts) : IEvent;

    /// <summary>Nothing is in flight or due, and what is left cannot be granted; or it moves again.</summary>
    public sealed record Stalled(Stall Stall) : IEvent;
}
