using AkkaPipeline.Consuming;
using AkkaPipeline.Coordinating;
using AkkaPipeline.Fronting;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>A caller that gets items directly, one after the other; some of its gets do not wait, some it cancels.</summary>
internal sealed class SimulatedGetter(Simulation simulation, SimulatedFrontEnd frontEnd, int index)
{
    private readonly SeededRandom random = simulation.Random.Fork();

    public void GetNext() => simulation.Scheduler.After(random.Exponential(50 * VirtualTime.Microsecond), Get);

    public void Got(GrantedWork<WorkItem> work, int item)
    {
        simulation.Trace.Note("got", $"getter {index}", work.ItemAt(item).ToString());
        var startedAt = simulation.Time.Now;
        simulation.Scheduler.After(1 + random.Exponential(simulation.Plan.ServiceNanoseconds), () =>
        {
            simulation.Books.AtHand(work.SequenceAt(item), -1);
            if (!frontEnd.IsDead)
            {
                Settle(work, item, startedAt);
                GetNext();
            }
        });
    }

    public void GotNothing() => simulation.Scheduler.After(VirtualTime.Millisecond, GetNext);

    private void Get()
    {
        if (frontEnd.IsDead || simulation.Coordinator.Phase >= PipelinePhase.StoppingConsumers)
        {
            return;
        }

        var answer = new TaskCompletionSource<LeasedDelivery<WorkItem>?>();
        var get = new FrontEndProtocol.Get<WorkItem>(answer, null, Waits: random.Chance(0.6));
        frontEnd.Get(this, get);
        if (random.Chance(0.2))
        {
            simulation.Scheduler.After(random.Exponential(VirtualTime.Millisecond), () =>
            {
                if (answer.TrySetCanceled())
                {
                    frontEnd.Forget(get);
                    GetNext();
                }
            });
        }
    }

    private void Settle(GrantedWork<WorkItem> work, int item, long startedAt)
    {
        var sequence = work.SequenceAt(item);
        if (random.Chance(0.1))
        {
            simulation.Books.Excuse(sequence, "handed back by a getter");
            frontEnd.Settle(work, item, Outcome.Released);
            return;
        }

        var fails = random.Chance(0.1);
        simulation.Books.Ran(sequence, !fails);
        if (fails)
        {
            frontEnd.Fail(work, item, startedAt);
        }
        else
        {
            frontEnd.Settle(work, item, Outcome.Acked);
        }
    }
}
