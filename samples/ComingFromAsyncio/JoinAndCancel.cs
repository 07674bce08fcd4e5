using System.Collections.Concurrent;
using Akka.Actor;
using AkkaPipeline;

internal static class JoinAndCancel
{
    public static async Task RunAsync(ActorSystem system)
    {
        await using RunningPipeline<int> running = await WorkQueue.StartAsync<int>(system, "numbers", capacity: 100);
        IWorkQueue<int> queue = running.Queue;
        var done = new ConcurrentQueue<int>();
        using var cancelling = new CancellationTokenSource();
        Task[] consumers = [.. Enumerable.Range(0, 3).Select(_ => ConsumeAsync(queue, done, cancelling.Token))];

        await ProduceAsync(queue, 1_000);
        await queue.JoinAsync();

        await cancelling.CancelAsync();
        await Task.WhenAll(consumers);
        Console.WriteLine($"join and cancel: {done.Count} items done");
    }

    private static async Task ProduceAsync(IWorkQueue<int> queue, int count)
    {
        for (var number = 0; number < count; number++)
        {
            await queue.PutAsync(number);
        }
    }

    private static async Task ConsumeAsync(IWorkQueue<int> queue, ConcurrentQueue<int> done, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                using LeasedDelivery<int> delivery = await queue.GetAsync(cancellationToken);
                await Task.Delay(1, cancellationToken);
                done.Enqueue(delivery.Item);
                await delivery.AckAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // Cancelled while it waited: nothing is lost. An item in hand would have been handed back by its disposal.
        }
    }
}
