using AkkaPipeline.Queueing;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>
/// Carries messages between the roles. What one sends to another arrives in order, late; where the plan says so, it may
/// be lost, or arrive a second time at any later moment. Only what the protocol can repeat is lost.
/// </summary>
internal sealed class Network(Plan plan, SeededRandom random, Scheduler scheduler, VirtualTime time, Trace trace, Mutant mutant)
{
    public void Send(SimulatedActor from, SimulatedActor to, object message)
    {
        if (mutant.Swallows(message))
        {
            return;
        }

        var repeatable = CanBeLost(message);
        if (repeatable && random.Chance(plan.Loss))
        {
            trace.Note("lost", from.Name, to.Name, message);
            return;
        }

        var at = Math.Max(time.Now + Delay(), from.LastArrivalAt.GetValueOrDefault(to) + 1);
        from.LastArrivalAt[to] = at;
        scheduler.At(at, () => Deliver(from, to, message));
        if ((repeatable || CanBeDoubled(message)) && random.Chance(plan.Doubling))
        {
            scheduler.At(at + random.LogBetween(1, 20 * VirtualTime.Millisecond), () => Deliver(from, to, message));
        }
    }

    public long Delay() =>
        random.Exponential(plan.HopNanoseconds) + (random.Chance(0.01) ? 50 * plan.HopNanoseconds : 1);

    private void Deliver(SimulatedActor from, SimulatedActor to, object message)
    {
        if (to.IsDead)
        {
            trace.Note("to the dead", from.Name, to.Name, message);
            return;
        }

        trace.Note("hears", from.Name, to.Name, message);
        to.Receive(from, message);
    }

    private static bool CanBeLost(object message) => message
        is QueueProtocol.Demand or QueueProtocol.Offer or QueueProtocol.Yield or QueueProtocol.Noted
        or QueueProtocol.Credit or QueueProtocol.Recall or QueueProtocol.SettledRun
        or QueueProtocol.Request or QueueProtocol.Withdraw or QueueProtocol.Grant or QueueProtocol.Settle or QueueProtocol.Settled
        or QueueProtocol.TakeBack or QueueProtocol.Kept or QueueProtocol.NothingReady;

    private static bool CanBeDoubled(object message) => message
        is QueueProtocol.StopGranting or QueueProtocol.ReleaseAll or QueueProtocol.ShutDown or QueueProtocol.Quiet
        or QueueProtocol.AllReleased or QueueProtocol.Stalled or QueueProtocol.Joined;
}
