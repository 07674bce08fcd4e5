using AkkaPipeline;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddPipeline<string>("greetings", pipeline => pipeline
    .Consume(consumers: 4, async (delivery, cancellationToken) =>
    {
        await Task.Delay(1_000, cancellationToken);
        Console.WriteLine($"hello {delivery.Item}");
    }));
builder.Services.AddHealthChecks().AddPipelines();

var app = builder.Build();
app.MapPost("/greetings/{name}", async (string name, IWorkQueue<string> greetings) =>
    await greetings.TryPutAsync(name) ? Results.Accepted() : Results.StatusCode(429));
app.MapHealthChecks("/health");
app.Run();
