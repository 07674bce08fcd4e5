using Akka.Actor;
using AkkaPipeline;

internal static class Timeouts
{
    private static readonly TaskCompletionSource Answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task RunAsync(ActorSystem system)
    {
        await using RunningPipeline<string> running = await Pipeline.Create<string>(system, "queries")
            .From(["quick", "slow", "deaf"])
            .Timeout(perItem: TimeSpan.FromMilliseconds(100), grace: TimeSpan.FromMilliseconds(100), abandonedMax: 4)
            .Consume(consumers: 2, ConsumeAsync)
            .StartAsync();
        PipelineStatus status = await UntilAsync(running, now => now is { Abandoned: 1, Counts: { Acked: 1, DeadLettered: 2 } });
        Console.WriteLine($"timeouts: {status.Counts.Acked} acked, {status.Counts.DeadLettered} dead-lettered, {status.Abandoned} abandoned");

        Answered.SetResult();       // the code returns after all, too late: its answer is refused
        status = await UntilAsync(running, now => now is { Abandoned: 0, Counts.Refused: 1 });
        Console.WriteLine($"  {status.Abandoned} abandoned, {status.Counts.Refused} refused");
        await running.CompleteAsync();
    }

    private static async ValueTask ConsumeAsync(Delivery<string> delivery, CancellationToken cancellationToken)
    {
        switch (delivery.Item)
        {
            case "slow":
                await Task.Delay(Timeout.Infinite, cancellationToken);      // heeds its cancellation
                break;
            case "deaf":
                await Answered.Task;                                        // does not
                break;
        }
    }

    private static async Task<PipelineStatus> UntilAsync(RunningPipeline<string> running, Predicate<PipelineStatus> condition)
    {
        PipelineStatus status;
        do
        {
            await Task.Delay(10);
            status = await running.StatusAsync();
        }
        while (!condition(status));
        return status;
    }
}
