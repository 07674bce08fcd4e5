namespace AkkaPipeline.Queueing;

/// <summary>What a producer asks for.</summary>
/// <param name="UpTo">It would like to offer items with smaller numbers.</param>
/// <param name="Urgent">It has an item in hand that waits for credit: idle credit of others is recalled for it.</param>
/// <param name="Probe">A number that the next credit names, so that the producer knows the answer to this demand; 0: none.</param>
/// <param name="Ending">It has stopped and only brings what it had emitted, which is always taken.</param>
/// <param name="WantsSettled">It wants to hear of settled runs.</param>
/// <param name="Continues">It goes on with the numbers of the incarnation before it; otherwise a new one begins at 0.</param>
internal readonly record struct CreditDemand(
    long UpTo, bool Urgent = false, long Probe = 0, bool Ending = false, bool WantsSettled = false, bool Continues = false);

/// <summary>How a request waits.</summary>
internal enum WaitMode
{
    /// <summary>Until there is work: a consumer of the pool. Its grants are guided.</summary>
    ForWork,

    /// <summary>Until there is an item, or the queue is shut down and empty: a direct get.</summary>
    ForItem,

    /// <summary>Not at all: a direct try-get.</summary>
    Not,
}

/// <summary>What a consumer asks for.</summary>
/// <param name="Items">How many items at most.</param>
/// <param name="NanosecondsPerItem">Its own estimate of its service time; 0 where it does not know.</param>
/// <param name="Wait">How it waits.</param>
/// <param name="MeanNanoseconds">The mean of its recent service times; 0 where it does not know.</param>
/// <param name="Idle">Whether it has nothing to do meanwhile: an idle one is given the unstarted tail of another's grant.</param>
internal readonly record struct WorkDemand(
    int Items, long NanosecondsPerItem, WaitMode Wait = WaitMode.ForWork, bool Idle = true, long MeanNanoseconds = 0);

/// <summary>A settlement that was taken and not applied.</summary>
/// <param name="Number">The settlement's number.</param>
/// <param name="Reason">Why.</param>
internal readonly record struct Refusal(long Number, string Reason);

/// <summary>What a producer may do, and what became of its offers.</summary>
/// <param name="Version">A later standing replaces an earlier one.</param>
/// <param name="AcceptedUpTo">Items with a smaller number are in the queue.</param>
/// <param name="AllowedUpTo">Items with a smaller number may be offered.</param>
/// <param name="AllowedBytes">How many bytes the producer may have offered in all.</param>
/// <param name="Probed">The last probe that this standing answers.</param>
/// <param name="ShutDown">No more credit will come.</param>
internal readonly record struct CreditStanding(
    long Version, long AcceptedUpTo, long AllowedUpTo, long AllowedBytes, long Probed, bool ShutDown)
{
    /// <summary>Items with a smaller number are as safe as the store promises: their puts are confirmed.</summary>
    public long ConfirmedUpTo { get; init; }
}
