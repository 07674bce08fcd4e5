using AkkaPipeline;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddHttpClient<ShipOrder>();
builder.Services.AddPipeline<Order>("orders", pipeline => pipeline
    .Capacity(100)
    .Retry(maxAttempts: 3)
    .Consume<ShipOrder>(consumers: 4));
builder.Services.AddHealthChecks().AddPipelines();

var app = builder.Build();
app.MapHealthChecks("/health/live", new() { Predicate = check => check.Tags.Contains("live") });
app.MapHealthChecks("/health/ready", new() { Predicate = check => check.Tags.Contains("ready") });

// 202: the queue has it. 429: the queue is full. 503: the host drains; whoever asks again reaches the next one.
app.MapPost("/orders", async (Order order, IWorkQueue<Order> orders, HttpResponse response, CancellationToken cancellationToken) =>
{
    try
    {
        if (await orders.TryPutAsync(order, cancellationToken))
        {
            return Results.Accepted();
        }
    }
    catch (QueueShutDownException)
    {
        response.Headers.RetryAfter = "5";
        return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
    }

    response.Headers.RetryAfter = "1";
    return Results.StatusCode(StatusCodes.Status429TooManyRequests);
});

// Answers when all that was accepted is settled, also while the host drains.
app.MapGet("/orders/settled", async (IWorkQueue<Order> orders, CancellationToken cancellationToken) =>
{
    Settlement settlement = await orders.JoinAsync(cancellationToken);
    return new { settlement.Accepted, settlement.Acked, settlement.DeadLettered };
});

app.MapGet("/orders/failed", async (IHostedPipeline<Order> orders, CancellationToken cancellationToken) =>
{
    RunningPipeline<Order> running = await orders.GetAsync(cancellationToken);
    DeadLetterPage<Order> page = await running.DeadLetters.ListAsync(limit: 100, cancellationToken: cancellationToken);
    return page.Items.Select(letter => new { letter.Item, Cause = letter.Cause.ToString(), letter.Attempts });
});

app.Run();
