using System.Net;
using Akka.Actor;
using AkkaPipeline;

internal static class Outcomes
{
    private static readonly string[] Orders = ["good", "busy", "cut line", "not yet", "unknown", "unreadable", "gone"];
    private static int handedBack;

    public static async Task RunAsync(ActorSystem system)
    {
        await using RunningPipeline<string> running = await Pipeline.Create<string>(system, "orders")
            .From(Orders)
            .Retry(maxAttempts: 3, RetryBackoff.Exponential(first: TimeSpan.FromMilliseconds(10), max: TimeSpan.FromSeconds(1)))
            .OnFailure((exception, delivery) => exception is HttpRequestException { StatusCode: HttpStatusCode.NotFound }
                ? FailureOutcome.Reject($"the shop has no order '{delivery.Item}'")
                : FailureOutcome.ByPolicy)
            .Consume(consumers: 4, ConsumeAsync)
            .StartAsync();
        Settlement settlement = await running.CompleteAsync();

        Console.WriteLine($"outcomes: {settlement.Acked} acked, {settlement.DeadLettered} dead-lettered, {settlement.Retried} retried");
        DeadLetterPage<string> letters = await running.DeadLetters.ListAsync();
        foreach (DeadLetteredItem<string> letter in letters.Items.OrderBy(letter => letter.Sequence))
        {
            Console.WriteLine($"  {letter.Item}: {letter.Cause}, {letter.Reason}, attempts {letter.Attempts.Count}");
        }
    }

    private static ValueTask ConsumeAsync(Delivery<string> delivery, CancellationToken cancellationToken)
    {
        switch (delivery.Item)
        {
            case "busy" when delivery.Attempt == 1:
                delivery.RetryAfter(TimeSpan.FromMilliseconds(20));         // again, at a time of its own
                break;
            case "cut line" when delivery.Attempt < 3:
                throw new IOException("the connection was cut");            // again, after the backoff
            case "not yet" when Interlocked.Exchange(ref handedBack, 1) == 0:
                delivery.Release();                                         // handed back: no attempt
                break;
            case "unknown":
                delivery.Reject("no customer has this number");             // a dead letter
                break;
            case "unreadable":
                throw new FormatException("it is no number");               // a dead letter: it would fail again
            case "gone":
                throw new HttpRequestException("not found", null, HttpStatusCode.NotFound);     // what the rule says
        }

        return ValueTask.CompletedTask;                                     // done
    }
}
