using Akka.Actor;
using AkkaPipeline;

internal static class DeadLetters
{
    private static volatile bool databaseIsUp;

    public static async Task RunAsync(ActorSystem system)
    {
        await using RunningPipeline<int> running = await Pipeline.Create<int>(system, "numbers")
            .DeadLettersKept(max: 10_000)
            .Consume(consumers: 4, ConsumeAsync)
            .StartAsync();
        foreach (var number in Enumerable.Range(1, 100))
        {
            await running.Queue.PutAsync(number);
        }

        await running.Queue.JoinAsync();

        // Look: how many, of which kind, and one of them closely.
        var ofDatabase = new DeadLetterFilter { ErrorType = nameof(TimeoutException) };
        DeadLetterPage<int> page = await running.DeadLetters.ListAsync(ofDatabase, limit: 5);
        Console.WriteLine($"dead letters: {page.Total} of the database, {await running.DeadLetters.CountAsync()} in all");
        FailedAttempt attempt = page.Items[0].Attempts[^1];
        Console.WriteLine($"  {attempt.Error.Type}: {attempt.Error.Message}");

        // Mend the cause, then give them back to the queue.
        databaseIsUp = true;
        var requeued = await running.DeadLetters.RequeueAsync(ofDatabase);
        await running.Queue.JoinAsync();

        // What nobody can mend goes; it is counted.
        var dropped = await running.DeadLetters.DropAllAsync();
        Settlement settlement = await running.CompleteAsync();
        Console.WriteLine($"  {requeued} requeued, {dropped} dropped, {settlement.Acked} of {settlement.Accepted} acked");
    }

    private static ValueTask ConsumeAsync(Delivery<int> delivery, CancellationToken cancellationToken) => delivery.Item switch
    {
        13 => throw new ArgumentException("nobody wants this one"),
        var number when number % 10 == 0 && !databaseIsUp => throw new TimeoutException("the database does not answer"),
        _ => ValueTask.CompletedTask,
    };
}
