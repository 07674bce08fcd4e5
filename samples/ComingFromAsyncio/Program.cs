using Akka.Actor;

using var system = ActorSystem.Create("coming-from-asyncio", "akka.loglevel = WARNING");

await JoinAndCancel.RunAsync(system);
await ShutDown.RunAsync(system);
await Pool.RunAsync(system);
