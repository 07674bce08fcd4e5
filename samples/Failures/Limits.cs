using System.Net;
using System.Net.Http.Headers;
using Akka.Actor;
using AkkaPipeline;

internal static class Limits
{
    private static int calls;

    public static async Task RunAsync(ActorSystem system)
    {
        await using RunningPipeline<int> running = await Pipeline.Create<int>(system, "calls")
            .From(Enumerable.Range(1, 50))
            .RateLimit(Rate.PerSecond(1_000, burst: 10))
            .Consume(consumers: 4, ConsumeAsync)
            .StartAsync();
        await running.ChangeRateAsync(Rate.PerSecond(10_000));      // somebody has bought more
        Settlement settlement = await running.CompleteAsync();
        Console.WriteLine($"limits: {settlement.Acked} acked, {settlement.Retried} retried");
    }

    private static ValueTask ConsumeAsync(Delivery<int> delivery, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = Answer();
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
        {
            TimeSpan wait = response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1);
            delivery.PausePipeline(wait, "the service has answered 429");   // nobody calls until then
            delivery.RetryAfter(wait);                                      // and this item is called again
            return ValueTask.CompletedTask;
        }

        response.EnsureSuccessStatusCode();
        return ValueTask.CompletedTask;
    }

    /// <summary>Stands for a service that has had enough at its tenth call.</summary>
    private static HttpResponseMessage Answer()
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK);
        if (Interlocked.Increment(ref calls) == 10)
        {
            response.StatusCode = HttpStatusCode.TooManyRequests;
            response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromMilliseconds(100));
        }

        return response;
    }
}
