using AkkaPipeline;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddScoped<Mailbox>();
builder.Services.AddPipeline<Invoice>("invoices", pipeline => pipeline
    .From(Invoice.ToSendAsync())                    // what ExecuteAsync looped over
    .Retry(maxAttempts: 3, RetryBackoff.None)       // its try and catch
    .Consume<SendInvoice>(consumers: 4));           // its body, four at a time, each in a scope of its own

using IHost host = builder.Build();
await host.StartAsync();

// A service that runs on would say host.RunAsync() instead. This one ends when its source has.
var invoices = host.Services.GetRequiredService<IHostedPipeline<Invoice>>();
Settlement settlement = await (await invoices.GetAsync()).CompleteAsync();
await host.StopAsync();

Console.WriteLine($"{settlement.Acked} sent, {settlement.DeadLettered} dead-lettered, {settlement.Retried} retried");
