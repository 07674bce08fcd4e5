using Akka.Actor;
using Akka.Routing;
using AkkaPipeline.Bench.Measuring;

namespace AkkaPipeline.Bench.Peers;

/// <summary>
/// What Akka.NET has by itself: a producer actor and a round-robin pool, a message an item. Workers acknowledge in
/// batches, and the producer has no more under way than its window.
/// </summary>
internal sealed class AkkaRouterPeer<T>(int lapsPerRound) : ISubject<T>
{
    private const int Window = 16_384;
    private const int ItemsPerAck = 512;

    private readonly ActorSystem system = ActorSystem.Create("router-peer", """
        akka.loglevel = WARNING
        akka.actor.default-dispatcher.throughput = 1024
        """);

    public string Name => "akka-router";

    public SubjectKind Kind => SubjectKind.OtherItemWise;

    public int LapsPerRound { get; } = lapsPerRound;

    public async Task RunAsync(Workload<T> workload)
    {
        var allDone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        IActorRef producer = system.ActorOf(Props.Create(() => new Producer(workload, allDone)));
        await allDone.Task;
        await producer.GracefulStop(TimeSpan.FromSeconds(30));
    }

    public async ValueTask DisposeAsync() => await system.Terminate();

    private sealed record Acked(int Items);

    private sealed class Flush
    {
        public static readonly Flush Instance = new();
    }

    private sealed class Producer(Workload<T> workload, TaskCompletionSource allDone) : UntypedActor
    {
        private readonly IEnumerator<T> items = workload.Source.GetEnumerator();
        private IActorRef workers = ActorRefs.Nobody;
        private int underWay;
        private bool ended;

        protected override void PreStart()
        {
            IActorRef self = Self;
            workers = Context.ActorOf(Props.Create(() => new Worker(workload.Consume, self))
                .WithRouter(new RoundRobinPool(MemoryScenario.Consumers)));
            Send();
        }

        protected override void PostStop() => items.Dispose();

        protected override void OnReceive(object message)
        {
            if (message is not Acked acked)
            {
                Unhandled(message);
                return;
            }

            underWay -= acked.Items;
            if (!ended)
                Send();
            if (ended && underWay == 0)
                allDone.TrySetResult();
        }

        private void Send()
        {
            while (underWay < Window)
            {
                if (!items.MoveNext())
                {
                    ended = true;
                    workers.Tell(new Broadcast(Flush.Instance));
                    return;
                }

                workers.Tell(items.Current, Self);
                underWay++;
            }
        }
    }

    private sealed class Worker(Func<T, CancellationToken, ValueTask> consume, IActorRef producer) : UntypedActor
    {
        private int done;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case T item:
                    Handle(item);
                    break;
                case Flush:
                    Acknowledge();
                    break;
                default:
                    Unhandled(message);
                    break;
            }
        }

        private void Handle(T item)
        {
            ValueTask handled = consume(item, CancellationToken.None);
            if (handled.IsCompletedSuccessfully)
                Count();
            else
                RunTask(() => FinishAsync(handled));
        }

        private async Task FinishAsync(ValueTask handled)
        {
            await handled;
            Count();
        }

        private void Count()
        {
            if (++done == ItemsPerAck)
                Acknowledge();
        }

        private void Acknowledge()
        {
            producer.Tell(new Acked(done), Self);
            done = 0;
        }
    }
}
