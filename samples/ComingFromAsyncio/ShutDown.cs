using System.Collections.Concurrent;
using Akka.Actor;
using AkkaPipeline;

internal static class ShutDown
{
    public static async Task RunAsync(ActorSystem system)
    {
        await using RunningPipeline<int> running = await WorkQueue.StartAsync<int>(system, "numbers", capacity: 100);
        IWorkQueue<int> queue = running.Queue;
        var done = new ConcurrentQueue<int>();
        Task[] consumers = [.. Enumerable.Range(0, 3).Select(_ => ConsumeAsync(queue, done))];

        for (var number = 0; number < 1_000; number++)
        {
            await queue.PutAsync(number);
        }

        await queue.ShutDownAsync();
        await Task.WhenAll(consumers);
        Console.WriteLine($"shut down: {done.Count} items done");
    }

    private static async Task ConsumeAsync(IWorkQueue<int> queue, ConcurrentQueue<int> done)
    {
        try
        {
            while (true)
            {
                using LeasedDelivery<int> delivery = await queue.GetAsync();
                done.Enqueue(delivery.Item);
                await delivery.AckAsync();
            }
        }
        catch (QueueShutDownException)
        {
            // Shut down and empty: this is where the pill would have been.
        }
    }
}
