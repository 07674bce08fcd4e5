using Akka.Actor;
using AkkaPipeline;

using var system = ActorSystem.Create("squares");

long sum = 0;
Settlement settlement = await Pipeline.Create<int>(system, "squares")
    .From(Enumerable.Range(1, 1_000))
    .Consume(consumers: 8, (delivery, cancellationToken) =>
    {
        Interlocked.Add(ref sum, (long)delivery.Item * delivery.Item);
        return ValueTask.CompletedTask;     // return = done, throw = failed
    })
    .RunToCompletionAsync(CancellationToken.None);

Console.WriteLine($"{settlement.Acked} of {settlement.Accepted} items done, sum {sum}");
