using AkkaPipeline.Queueing;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>Does to a running pipeline what users do, and their sinks' breakers.</summary>
internal sealed class User(Simulation simulation) : SimulatedActor(simulation, "user")
{
    private readonly SeededRandom random = simulation.Random.Fork();

    public override void Receive(SimulatedActor from, object message)
    {
    }

    /// <param name="act">What is done.</param>
    /// <param name="argument">A deadline, or a duration, in nanoseconds.</param>
    public void Do(UserAct act, long argument)
    {
        switch (act)
        {
            case UserAct.Complete:
                Simulation.Coordinator.Complete();
                break;
            case UserAct.Drain:
                Simulation.Coordinator.Drain(argument);
                break;
            case UserAct.ShutDown or UserAct.ShutDownImmediately when !Simulation.FrontEnd.IsDead:
                Simulation.FrontEnd.ShutDown(act == UserAct.ShutDownImmediately);
                break;
            case UserAct.Join or UserAct.JoinAndCancel when !Simulation.FrontEnd.IsDead:
                Simulation.FrontEnd.Join(act == UserAct.JoinAndCancel);
                break;
            case UserAct.RequeueSome or UserAct.RequeueAll:
                Simulation.Store.Requeue(act == UserAct.RequeueAll ? 1 : 0.3);
                break;
            case UserAct.DropDeadLetters:
                Simulation.Store.Drop(0.3);
                break;
            case UserAct.CancelWaiting or UserAct.CancelRunning:
                Cancel(act == UserAct.CancelRunning ? Standing.InFlight : Standing.Ready);
                break;
            case UserAct.ResumeKey:
                foreach (var key in Simulation.Books.StoppedKeys.ToArray())
                {
                    Tell(Simulation.Queue, new QueueProtocol.ResumeKey(null!, key.Name));
                }

                break;
            default:
                TellQueue(act, argument);
                break;
        }
    }

    private void TellQueue(UserAct act, long argument)
    {
        object? told = act switch
        {
            UserAct.Pause => new QueueProtocol.Pause(PauseNames.User, "for a while", null),
            UserAct.PauseForAWhile => new QueueProtocol.Pause(
                PauseNames.User, "for a time", Simulation.Time.GetUtcNow().AddTicks(argument / 100)),
            UserAct.Resume => new QueueProtocol.Resume(null),
            UserAct.BreakerOpens => new QueueProtocol.Pause(PauseNames.Breaker, "the sink fails", null, EndsByItself: true),
            UserAct.Probe => new QueueProtocol.Probe(PauseNames.Breaker, 1 + (int)random.Between(0, 3)),
            UserAct.BreakerCloses => new QueueProtocol.Resume(PauseNames.Breaker),
            UserAct.ChangeRate => new QueueProtocol.ChangeRate(Plans.Rate(random), PerKey: false),
            UserAct.ChangeRatePerKey when Simulation.Plan.Keys > 0 => new QueueProtocol.ChangeRate(Plans.Rate(random), PerKey: true),
            _ => null,
        };
        if (act == UserAct.Resume)
        {
            Tell(Simulation.Pool, AkkaPipeline.Consuming.ConsumerProtocol.Resume.Instance);
        }

        if (told is not null)
        {
            Tell(Simulation.Queue, told);
        }
    }

    /// <summary>Cancels a few items that stand so now, and one that may not exist.</summary>
    private void Cancel(Standing standing)
    {
        var count = Simulation.Books.Entries.Count;
        Tell(Simulation.Queue, new QueueProtocol.Cancel(null!, random.Between(1, count + 1)));
        for (var tries = 50; tries > 0 && count > 0; tries--)
        {
            var sequence = random.Between(1, count);
            if (Simulation.Books.Entries[(int)sequence - 1].Standing == standing)
            {
                Tell(Simulation.Queue, new QueueProtocol.Cancel(null!, sequence));
                tries -= 10;
            }
        }
    }
}
