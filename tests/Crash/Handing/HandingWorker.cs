using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Configuration;

namespace AkkaPipeline.Crash.Handing;

/// <summary>The process that is killed. It goes on where it was, and tells the counts when everything is done.</summary>
internal static class HandingWorker
{
    public const string Open = "open";
    public const string ShippedFile = "shipped";
    public const int Orders = 40_000;

    public static async Task<int> RunAsync(string folder)
    {
        using var system = ActorSystem.Create("handing", ConfigurationFactory.ParseString(
            """akka { loglevel = ERROR, stdout-loglevel = OFF, log-dead-letters = off }"""));
        using var shipped = new FileStream(Path.Combine(folder, ShippedFile), FileMode.Append, FileAccess.Write, FileShare.Read, 0);
        var store = Path.Combine(folder, "shop.db");
        var parcels = new Handover<string>("parcels");
        await using var shipping = await Pipeline.Create<string>(system, "shipping")
            .Durable(store)
            .From(parcels)
            .Consume(consumers: 2, (delivery, _) =>
            {
                lock (shipped)
                {
                    shipped.Write(Encoding.ASCII.GetBytes(delivery.Item + "\n"));
                }

                return ValueTask.CompletedTask;
            })
            .StartAsync();
        await using var orders = await Pipeline.Create<int>(system, "orders")
            .Durable(store)
            .Retry(3, RetryBackoff.None)
            .Consume<string>(consumers: 2, (delivery, outputs, _) =>
            {
                outputs.Emit(string.Create(CultureInfo.InvariantCulture, $"{delivery.Item}a"));
                outputs.Emit(string.Create(CultureInfo.InvariantCulture, $"{delivery.Item}b"));
                return delivery is { Attempt: 1, Item: var item } && item % 10 == 0 ? throw new IOException("not yet") : ValueTask.CompletedTask;
            })
            .To(parcels)
            .StartAsync();
        Console.WriteLine(Open);
        await Parallel.ForAsync(0, Orders, new ParallelOptions { MaxDegreeOfParallelism = 256 }, async (order, token) =>
            await orders.Queue.PutAsync(order, order.ToString(CultureInfo.InvariantCulture), cancellationToken: token));
        var first = await orders.CompleteAsync();
        var second = await shipping.CompleteAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{first.Accepted} {first.Acked} {second.Accepted} {second.Acked}"));
        return 0;
    }
}
