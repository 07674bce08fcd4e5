using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Semantics;

public sealed class TimeoutSemanticsTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
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
