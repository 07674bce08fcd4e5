using Akka.Actor;
using AkkaPipeline;

internal static class Outbox
{
    public static async Task RunAsync(ActorSystem system, string path)
    {
        // A table of the shop's own database, written in the transaction that takes an order.
        var outbox = new SortedDictionary<string, string> { ["order-1"] = "a hammer", ["order-2"] = "a box of nails" };

        // The relay puts what stands there, and takes away what the queue has. It dies before it has taken away order-2.
        await using (RunningPipeline<string> running = await Orders(system, path).StartAsync())
        {
            Console.WriteLine($"order-1: {await running.Queue.PutAsync(outbox["order-1"], id: "order-1")}");
            outbox.Remove("order-1");
            Console.WriteLine($"order-2: {await running.Queue.PutAsync(outbox["order-2"], id: "order-2")}");
        }

        // Started again, it puts all that stands there, under the same ids: nothing is lost, nothing doubled.
        outbox["order-3"] = "a saw";
        var shipped = 0;
        await using RunningPipeline<string> again = await Orders(system, path)
            .Consume(consumers: 1, (_, _) =>
            {
                shipped++;
                return ValueTask.CompletedTask;
            })
            .StartAsync();
        foreach (var (id, order) in outbox)
        {
            Console.WriteLine($"{id}: {await again.Queue.PutAsync(order, id)}");
        }

        Settlement settlement = await again.CompleteAsync();
        Console.WriteLine($"{shipped} shipped of {settlement.Accepted} accepted");
    }

    private static PipelineBuilder<string> Orders(ActorSystem system, string path) =>
        Pipeline.Create<string>(system, "orders").Durable(path);
}
