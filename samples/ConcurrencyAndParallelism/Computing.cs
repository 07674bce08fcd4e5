using System.Diagnostics;
using Akka.Actor;

namespace AkkaPipeline.Samples.ConcurrencyAndParallelism;

/// <summary>Parallelism: consumers that compute have a thread each and fill the cores; the engine stays alive meanwhile.</summary>
internal static class Computing
{
    private const int ItemsPerConsumer = 10;

    public static async Task RunAsync(ActorSystem system)
    {
        var cores = Environment.ProcessorCount;
        var alone = await ComputeAsync(system, consumers: 1, new InProgress(together: 1));
        var inProgress = new InProgress(together: cores);
        var computing = ComputeAsync(system, cores, inProgress);
        var answers = await AskMeanwhileAsync(system, inProgress.AllThere, computing);
        var parallel = await computing;

        Console.WriteLine($"parallelism: {cores} consumers compute on threads of their own");
        Console.WriteLine($"  items done                  {parallel.Done}");
        Console.WriteLine($"  in progress at once         {inProgress.Most}");
        Console.WriteLine($"  items a second              {parallel.Rate:0.0}, {parallel.Rate / alone.Rate:0.00} times those of one consumer");
        Console.WriteLine($"  cores busy                  {parallel.CoresBusy:0.00} of {cores}, with one consumer {alone.CoresBusy:0.00}");
        Console.WriteLine($"  a second pipeline answered  {answers.Count} times meanwhile");
        Console.WriteLine($"  its answers took            {Median(answers):0.00} ms in the median, {answers.Max():0.0} ms at most");
    }

    private static async Task<(long Done, double Rate, double CoresBusy)> ComputeAsync(
        ActorSystem system, int consumers, InProgress inProgress)
    {
        var checksum = 0L;
        var startedAt = Stopwatch.GetTimestamp();
        var processorTime = Environment.CpuUsage.TotalTime;
        Settlement settlement = await Pipeline.Create<int>(system, $"computing-{consumers}")
            .From(Enumerable.Range(1, consumers * ItemsPerConsumer))
            .Threads(ConsumerThreads.Dedicated)
            .Consume(consumers, async (delivery, cancellationToken) =>
            {
                await inProgress.EnterAsync(cancellationToken);
                Interlocked.Add(ref checksum, Compute((ulong)delivery.Item));
                inProgress.Leave();
            })
            .RunToCompletionAsync();
        var seconds = Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
        return (settlement.Acked, settlement.Acked / seconds, (Environment.CpuUsage.TotalTime - processorTime).TotalSeconds / seconds);
    }

    /// <summary>Some 100 ms of a core's time.</summary>
    private static long Compute(ulong seed)
    {
        for (var step = 0; step < 50_000_000; step++)
        {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
        }

        return (long)(seed >> 8);
    }

    /// <summary>Puts one item after the other and waits until a consumer has it, for as long as the others compute.</summary>
    private static async Task<IReadOnlyList<double>> AskMeanwhileAsync(ActorSystem system, Task begun, Task computing)
    {
        await using RunningPipeline<TaskCompletionSource> asking = await Pipeline.Create<TaskCompletionSource>(system, "asking")
            .Consume(consumers: 1, (delivery, _) =>
            {
                delivery.Item.SetResult();
                return ValueTask.CompletedTask;
            })
            .StartAsync();
        await begun;
        List<double> milliseconds = [];
        do
        {
            var question = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var askedAt = Stopwatch.GetTimestamp();
            await asking.Queue.PutAsync(question);
            await question.Task;
            milliseconds.Add(Stopwatch.GetElapsedTime(askedAt).TotalMilliseconds);
            await Task.WhenAny(computing, Task.Delay(TimeSpan.FromMilliseconds(5)));
        }
        while (!computing.IsCompleted);

        return milliseconds;
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
}
