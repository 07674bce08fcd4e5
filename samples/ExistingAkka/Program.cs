using Akka.Actor;
using Akka.Hosting;
using AkkaPipeline;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddPipelines();                    // what WithPipeline cannot put into the container itself
builder.Services.AddAkka("shop", akka => akka
    .ConfigureLoggers(loggers =>
    {
        loggers.ClearLoggers();
        loggers.AddLoggerFactory();
    })
    .WithActors((system, registry, resolver) =>
    {
        registry.Register<Shop>(system.ActorOf(resolver.Props<Shop>(), "shop"));
        registry.Register<Stock>(system.ActorOf(resolver.Props<Stock>(), "stock"));
    })
    .WithPipeline<Order>("orders", pipeline => pipeline.Consume<TakeFromStock>(consumers: 4)));

using IHost host = builder.Build();
await host.StartAsync();

// The shop's own actor puts orders into the queue; the consumers ask its stock.
var shop = await host.Services.GetRequiredService<IRequiredActor<Shop>>().GetAsync();
for (var number = 1; number <= 10; number++)
{
    Console.WriteLine($"order {number}: {await shop.Ask<string>(new Order(number, "hammer"))}");
}

await host.Services.GetRequiredService<IWorkQueue<Order>>().JoinAsync();

// The pipeline is an actor of the same system, and answers the messages of PipelineProtocol.
var orders = await host.Services.GetRequiredService<IRequiredActor<RunningPipeline<Order>>>().GetAsync();
var status = await orders.Ask<PipelineStatus>(new PipelineProtocol.GetStatus());
Console.WriteLine($"{status.Pipeline}: {status.Counts.Acked} acked, {status.Counts.DeadLettered} dead-lettered");
await host.StopAsync();
