using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Semantics;

public sealed class TimeoutSemanticsTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    [Fact]
    public async Task S23_A_long_but_living_item_is_not_handed_to_a_second_consumer_by_time_alone()
    {
        var clock = new FakeTimeProvider();
        var (entered, gate) = (new Gate(), new Gate());
        var attempts = 0;
        await using var running = await engine.Pipeline().Clock(clock).Consume(3, async (_, _) =>
        {
            Interlocked.Increment(ref attempts);
            entered.Open();
            await gate.Opened;
        }).StartAsync().Soon();
        await running.Queue.PutAsync(1).Soon();
        await entered.Opened;

        for (var day = 0; day < 100; day++)
        {
            clock.Advance(TimeSpan.FromDays(1));
            await running.Queue.HasHeardAsync();
        }

        gate.Open();
        Assert.Equal(1, (await running.CompleteAsync().Soon()).Acked);
        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task S23_A_hung_item_is_ended_by_its_own_timeout()
    {
        var clock = new FakeTimeProvider();
        var (entered, cancelled, gate) = (new Gate(), new Gate(), new Gate());
        await using var running = await engine.Pipeline().Clock(clock).Timeout(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1))
            .Consume(1, async (delivery, cancellationToken) =>
            {
                await using var registration = cancellationToken.UnsafeRegister(_ => cancelled.Open(), null);
                if (delivery.Item == 1)
                {
                    entered.Open();
                    await gate.Opened;
                }
            }).StartAsync().Soon();
        await running.Queue.PutAllAsync(1, 2, 3);
        await entered.Opened;

        clock.Advance(TimeSpan.FromMinutes(1));
        await cancelled.Opened;
        clock.Advance(TimeSpan.FromMinutes(1));

        var settlement = await running.CompleteAsync().Soon();
        Assert.Equal((2, 1), (settlement.Acked, settlement.DeadLettered));
        gate.Open();
    }
}
