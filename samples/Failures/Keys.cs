using System.Collections.Concurrent;
using Akka.Actor;
using AkkaPipeline;

internal static class Keys
{
    private static readonly ConcurrentQueue<string> Done = new();
    private static volatile bool isMended;

    public static async Task RunAsync(ActorSystem system)
    {
        await using RunningPipeline<string> running = await Pipeline.Create<string>(system, "transfers")
            .From(["anna 1", "anna 2", "bert 1", "anna 3"])
            .InOrderBy(transfer => transfer.Split(' ')[0], KeyFailure.Halt)
            .Consume(consumers: 4, ConsumeAsync)
            .StartAsync();

        // What a watch would do: look every now and then whether a key stands still.
        PipelineStatus status;
        do
        {
            await Task.Delay(10);
            status = await running.StatusAsync();
        }
        while (status.StoppedKeys.Count == 0 || status.Counts.InFlight > 0 || status.Counts.Accepted < 4);

        KeyStanding halted = status.StoppedKeys[0];
        Console.WriteLine($"keys: {halted.Key} is halted, {halted.Waiting} of its items wait");
        Console.WriteLine($"  item 4: {(await running.ExplainAsync(4)).Text}");

        // The failed item first, then the key: it comes back in its old place.
        isMended = true;
        await running.DeadLetters.RequeueAsync(new DeadLetterFilter { Key = halted.Key });
        await running.ResumeKeyAsync(halted.Key);
        Settlement settlement = await running.CompleteAsync();
        Console.WriteLine($"  {settlement.Acked} acked, in order: {string.Join(", ", Done.Where(item => item.StartsWith("anna", StringComparison.Ordinal)))}");
    }

    private static ValueTask ConsumeAsync(Delivery<string> delivery, CancellationToken cancellationToken)
    {
        if (delivery.Item == "anna 2" && !isMended)
        {
            throw new InvalidOperationException("the account is locked");
        }

        Done.Enqueue(delivery.Item);
        return ValueTask.CompletedTask;
    }
}
