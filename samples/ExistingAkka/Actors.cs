using Akka.Actor;
using Akka.Hosting;
using AkkaPipeline;

/// <summary>An order.</summary>
internal sealed record Order(int Number, string Article);

/// <summary>Takes orders, and says so once the queue has them.</summary>
internal sealed class Shop : ReceiveActor
{
    public Shop(IWorkQueue<Order> orders)
    {
        // PipeTo: an actor does not wait, not even for room in a queue.
        Receive<Order>(order =>
        {
            var customer = Sender;
            orders.PutAsync(order).AsTask().PipeTo(customer, success: () => "taken", failure: cause => cause.Message);
        });
    }
}

/// <summary>Has seven of everything.</summary>
internal sealed class Stock : ReceiveActor
{
    private readonly Dictionary<string, int> left = [];

    public Stock() => Receive<Order>(order =>
    {
        var rest = left.GetValueOrDefault(order.Article, 7) - 1;
        left[order.Article] = rest;
        Sender.Tell(rest >= 0);
    });
}

/// <summary>The work on one order.</summary>
internal sealed class TakeFromStock(IRequiredActor<Stock> stock) : IItemConsumer<Order>
{
    public async ValueTask ConsumeAsync(Delivery<Order> delivery, CancellationToken cancellationToken)
    {
        IActorRef actor = await stock.GetAsync(cancellationToken);
        if (!await actor.Ask<bool>(delivery.Item, cancellationToken))
        {
            delivery.Reject($"no {delivery.Item.Article} is left");
        }
    }
}
