using Akka.Actor;

using var system = ActorSystem.Create("durability", "akka.loglevel = ERROR");
var folder = Directory.CreateTempSubdirectory("durability-");
try
{
    await Outbox.RunAsync(system, Path.Combine(folder.FullName, "orders.db"));
    await Parcels.RunAsync(system, Path.Combine(folder.FullName, "shop.db"));
}
finally
{
    folder.Delete(recursive: true);
}
