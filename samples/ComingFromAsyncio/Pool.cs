using System.Collections.Concurrent;
using Akka.Actor;
using AkkaPipeline;

internal static class Pool
{
    public static async Task RunAsync(ActorSystem system)
    {
        var done = new ConcurrentQueue<int>();
        Settlement settlement = await Pipeline.Create<int>(system, "numbers")
            .From(Enumerable.Range(0, 1_000))
            .Capacity(100)
            .Consume(consumers: 3, async (delivery, cancellationToken) =>
            {
                await Task.Delay(1, cancellationToken);
                done.Enqueue(delivery.Item);
            })
            .RunToCompletionAsync();
        Console.WriteLine($"pool: {done.Count} items done, {settlement.Acked} of {settlement.Accepted} acked");
    }
}
