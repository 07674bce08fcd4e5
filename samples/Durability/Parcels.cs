using Akka.Actor;
using AkkaPipeline;

internal static class Parcels
{
    public static async Task RunAsync(ActorSystem system, string path)
    {
        var parcels = new Handover<string>("parcels");
        await using RunningPipeline<string> shipping = await Pipeline.Create<string>(system, "shipping")
            .Durable(path)
            .From(parcels)
            .Consume(consumers: 4, (_, _) => ValueTask.CompletedTask)
            .StartAsync();
        await using RunningPipeline<int> packing = await Pipeline.Create<int>(system, "packing")
            .Durable(path)
            .Consume<string>(consumers: 4, (delivery, outputs, _) =>
            {
                outputs.Emit($"parcel 1 of order {delivery.Item}");
                outputs.Emit($"parcel 2 of order {delivery.Item}");
                return ValueTask.CompletedTask;
            })
            .To(parcels)
            .StartAsync();

        for (var order = 1; order <= 10; order++)
        {
            await packing.Queue.PutAsync(order);
        }

        Settlement packed = await packing.CompleteAsync();
        Settlement shipped = await shipping.CompleteAsync();
        Console.WriteLine($"{packed.Acked} orders packed, {shipped.Acked} parcels shipped");
    }
}
