using Akka.Actor;
using AkkaPipeline.Samples.ConcurrencyAndParallelism;

using var system = ActorSystem.Create("concurrency-and-parallelism", "akka.loglevel = WARNING");

await Awaiting.RunAsync(system);
await Computing.RunAsync(system);
