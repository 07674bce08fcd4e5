using System.Collections.Concurrent;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

public sealed class WhatAUserWritesTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task A_pipeline_of_a_console_program()
    {
        var system = engine.System;
        var cancellationToken = CancellationToken.None;
        var path = Path.GetTempFileName();
        await File.WriteAllLinesAsync(path, Enumerable.Range(0, 500).Select(line => $"path-{line}"), cancellationToken);
        var hashes = new ConcurrentDictionary<string, int>();

        Settlement settlement = await Pipeline.Create<string>(system, "hashes")
            .From(File.ReadLinesAsync(path, cancellationToken))
            .Consume(consumers: 8, async (delivery, cancellationToken) =>
            {
                await Task.Yield();
                hashes[delivery.Id] = StringComparer.Ordinal.GetHashCode(delivery.Item);
            })
            .RunToCompletionAsync(cancellationToken);

        Assert.Equal((500, 500), (settlement.Accepted, settlement.Acked));
        Assert.Equal(500, hashes.Count);
        File.Delete(path);
    }

    [Fact]
    public async Task A_consumer_class_and_a_queue()
    {
        await using var running = await Pipeline.Create<string>(engine.System, "orders")
            .Consume<ShipOrder>(consumers: 16)
            .Capacity(65_536)
            .StartAsync().Soon();
        IWorkQueue<string> queue = running.Queue;

        for (var order = 0; order < 100; order++)
        {
            await queue.PutAsync($"order {order}").Soon();
        }

        Settlement settlement = await queue.JoinAsync().Soon();
        Assert.Equal(100, settlement.Acked);
        Assert.Equal(100, ShipOrder.Shipped.Count);
    }

    private sealed class ShipOrder : IItemConsumer<string>
    {
        public static ConcurrentDictionary<string, string> Shipped { get; } = [];

        public async ValueTask ConsumeAsync(Delivery<string> delivery, CancellationToken cancellationToken)
        {
            await Task.Yield();
            Assert.True(Shipped.TryAdd(delivery.Id, delivery.Item));
        }
    }
}
