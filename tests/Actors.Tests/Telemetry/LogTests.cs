using AkkaPipeline.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace AkkaPipeline.Tests.Telemetry;

public sealed class LogTests
{
    [Fact]
    public async Task A_dead_letter_is_one_line_a_success_is_none_and_no_line_holds_an_item()
    {
        await using var host = await TestHost.StartedAsync(services => services.AddPipeline<string>("orders", pipeline => pipeline
            .Consume(1, (delivery, _) => delivery.Item == "fine"
                ? ValueTask.CompletedTask
                : throw new FormatException($"The input string '{delivery.Item}' was not in a correct format."))));
        var orders = host.Services.GetRequiredService<IWorkQueue<string>>();
        await orders.PutAllAsync("fine", "secret-1", "fine", "secret-2");
        await orders.JoinAsync().Soon();
        await host.StopAsync();

        var letters = host.Logged.Where(line => line.Message.Contains("dead letter", StringComparison.Ordinal)).ToArray();
        Assert.Equal(
            [
                (LogLevel.Warning, "orders: item 2 is a dead letter after 1 attempts: AttemptsUsedUp, System.FormatException"),
                (LogLevel.Warning, "orders: item 4 is a dead letter after 1 attempts: AttemptsUsedUp, System.FormatException"),
            ],
            letters.Select(line => (line.Level, line.Message[line.Message.IndexOf("orders: item", StringComparison.Ordinal)..])));
        Assert.DoesNotContain(host.Logged, line => line.Message.Contains("secret", StringComparison.Ordinal));
        Assert.DoesNotContain(host.Logged, line => line.Message.Contains("item 1 ", StringComparison.Ordinal));
    }
}
