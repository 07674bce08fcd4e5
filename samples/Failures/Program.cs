using Akka.Actor;

// The engine's warnings are what these programs are about; here they would only hide what is printed.
using var system = ActorSystem.Create("failures", "akka.loglevel = ERROR");

await Outcomes.RunAsync(system);
await DeadLetters.RunAsync(system);
await Keys.RunAsync(system);
await Limits.RunAsync(system);
await Timeouts.RunAsync(system);
await Halting.RunAsync(system);
