using System.Net;
using Xunit;

namespace AkkaPipeline.Tests.Hosting;

/// <summary>The WebApi sample, asked over HTTP and ended by a signal.</summary>
public sealed class WebApiTests
{
    // What the sample sets.
    private const int Consumers = 4;
    private const int Capacity = 100;

    [Fact]
    public async Task At_SIGTERM_readiness_turns_off_and_requests_in_progress_and_accepted_orders_finish()
    {
        await using var carrier = new Carrier();
        await using var api = await WebApiProcess.StartedAsync($"--Carrier={carrier.Address}");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await api.HealthAsync("live"), await api.HealthAsync("ready")));
        // Of a second each they would take 20 s; the carrier takes as long as the test.
        var accepted = Enumerable.Range(1, 80).Select(number => $"order-{number}").ToArray();
        foreach (var order in accepted)
        {
            using var answer = await api.PostAsync(order);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        }

        var settled = api.Http.GetStringAsync(new Uri("orders/settled", UriKind.Relative));
        await api.Joining;
        var load = PostUntilSentAwayAsync(api);
        api.Terminate();
        while (await api.HealthAsync("ready") == HttpStatusCode.OK)
        {
            // The signal is on its way.
        }

        // HTTP answers while the drain waits for the carrier: live, not ready, and whoever posts is sent elsewhere.
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (await api.HealthAsync("live"), await api.HealthAsync("ready")));
        var (posted, retryAfter) = await load.Soon();
        Assert.Equal("5", retryAfter);
        Assert.Empty(carrier.Answered);
        Assert.False(settled.IsCompleted);

        carrier.Open();
        var total = accepted.Length + posted.Count;
        Assert.Equal($$"""{"accepted":{{total}},"acked":{{total}},"deadLettered":0}""", await settled.Soon());
        var (status, log) = await api.EndAsync();

        Assert.True(status == 0, log);
        Assert.Equal(accepted.Concat(posted).Select(Json).Order(), carrier.Answered.Order());
        Assert.Contains($"The pipeline orders has ended, Drained: {total} accepted, {total} acked", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_queue_answers_429_and_says_when_to_come_back()
    {
        await using var carrier = new Carrier();
        await using var api = await WebApiProcess.StartedAsync($"--Carrier={carrier.Address}");
        var accepted = 0;
        while (true)
        {
            using var answer = await api.PostAsync($"order-{accepted}");
            if (answer.StatusCode == HttpStatusCode.Accepted)
            {
                accepted++;
                continue;
            }

            Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
            Assert.Equal("1", answer.Headers.GetValues("Retry-After").Single());
            break;
        }

        Assert.InRange(accepted, Capacity, Capacity + Consumers);
    }

    /// <summary>Posts on and on, also to a full queue, until the host drains; what is accepted until then counts, too.</summary>
    private static async Task<(IReadOnlyList<string> Posted, string RetryAfter)> PostUntilSentAwayAsync(WebApiProcess api)
    {
        var posted = new List<string>();
        while (true)
        {
            var order = $"late-{posted.Count}";
            using var answer = await api.PostAsync(order);
            switch (answer.StatusCode)
            {
                case HttpStatusCode.Accepted:
                    posted.Add(order);
                    break;
                case HttpStatusCode.ServiceUnavailable:
                    return (posted, answer.Headers.GetValues("Retry-After").Single());
                default:
                    Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
                    break;
            }
        }
    }

    private static string Json(string id) => $$"""{"id":"{{id}}"}""";
}
