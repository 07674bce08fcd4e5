using Akka.Actor;
using AkkaPipeline;

internal static class Halting
{
    public static async Task RunAsync(ActorSystem system)
    {
        Settlement settlement = await Pipeline.Create<int>(system, "doomed")
            .From(Enumerable.Range(1, 1_000_000))
            .HaltWhen(HaltRule.AfterFailuresPercent(10, after: 100), HaltRule.AfterFailures(5_000).Now())
            .Consume(consumers: 4, (delivery, _) => delivery.Item % 5 == 0
                ? throw new InvalidOperationException("the disk is full")
                : ValueTask.CompletedTask)
            .RunToCompletionAsync();
        Console.WriteLine($"halting: {settlement.Outcome}, {settlement.Reasons[0]}");
    }
}
