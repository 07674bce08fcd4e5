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
        var accepted = Enumerable.Range(1, 20).Select(number => $"order-{number}").ToArray();
        foreach (var order in accepted)
        {
            using var answer = await api.PostAsync(order);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        }

        var settled = api.Http.GetStringAsync(new Uri("orders/settled", UriKind.Relative));
        api.Terminate();
        while (await api.HealthAsync("ready") == HttpStatusCode.OK)
        {
            // The signal is on its way.
        }

        // HTTP answers while the drain waits for the carrier: live, not ready, and whoever posts is sent elsewhere.
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (await api.HealthAsync("live"), await api.HealthAsync("ready")));
        var (posted, refusal) = await PostUntilRefusedAsync(api);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), refusal);
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

    /// <summary>Posts on: what is accepted before the drain has begun counts, too.</summary>
    private static async Task<(IReadOnlyList<string> Posted, (HttpStatusCode Status, string RetryAfter) Refusal)> PostUntilRefusedAsync(
        WebApiProcess api)
    {
        var posted = new List<string>();
        while (true)
        {
            var order = $"late-{posted.Count}";
            using var answer = await api.PostAsync(order);
            if (answer.StatusCode != HttpStatusCode.Accepted)
            {
                return (posted, (answer.StatusCode, answer.Headers.GetValues("Retry-After").Single()));
            }

            posted.Add(order);
        }
    }

    private static string Json(string id) => $$"""{"id":"{{id}}"}""";
}
