using System.Diagnostics;
using Akka.Actor;

namespace AkkaPipeline.Samples.ConcurrencyAndParallelism;

/// <summary>Concurrency: consumers that await hold no thread, so there can be as many as there are answers to wait for.</summary>
internal static class Awaiting
{
    private const int Consumers = 1_000;

    public static async Task RunAsync(ActorSystem system)
    {
        // From 0.5 s to 1.5 s: what a thousand slow servers would take to answer.
        TimeSpan[] waits = [.. Enumerable.Range(0, Consumers).Select(index => TimeSpan.FromMilliseconds(500 + index))];
        var inProgress = new InProgress(together: Consumers);
        var startedAt = Stopwatch.GetTimestamp();

        Settlement settlement = await Pipeline.Create<TimeSpan>(system, "awaiting")
            .From(waits)
            .Consume(Consumers, async (delivery, cancellationToken) =>
            {
                await inProgress.EnterAsync(cancellationToken);
                await Task.Delay(delivery.Item, cancellationToken);
                inProgress.Leave();
            })
            .RunToCompletionAsync();

        var took = Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
        var longest = waits.Max().TotalSeconds;
        var sum = waits.Sum(wait => wait.TotalSeconds);
        Console.WriteLine($"concurrency: {Consumers} consumers await on {Environment.ProcessorCount} cores");
        Console.WriteLine($"  items done                  {settlement.Acked}");
        Console.WriteLine($"  in progress at once         {inProgress.Most}");
        Console.WriteLine($"  threads of the pool         {ThreadPool.ThreadCount}");
        Console.WriteLine($"  longest wait, sum of waits  {longest:0.0} s, {sum:0.0} s");
        Console.WriteLine($"  took                        {took:0.0} s, {took / longest:0.00} times the longest, 1/{sum / took:0} of the sum");
    }
}
