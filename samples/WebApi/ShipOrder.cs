using AkkaPipeline;

/// <summary>An order as it is posted.</summary>
internal sealed record Order(string Id);

/// <summary>Made for each order, in a scope of its own, by the container.</summary>
internal sealed class ShipOrder(HttpClient http, IConfiguration configuration) : IItemConsumer<Order>
{
    public async ValueTask ConsumeAsync(Delivery<Order> delivery, CancellationToken cancellationToken)
    {
        // Without a carrier to call, an order takes a second.
        if (configuration["Carrier"] is not { } carrier)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            return;
        }

        using HttpResponseMessage answer = await http.PostAsJsonAsync(carrier, delivery.Item, cancellationToken);
        answer.EnsureSuccessStatusCode();   // throwing = failed: tried again
    }
}
