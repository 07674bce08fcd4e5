using Akka.Actor;
using Akka.Event;
using AkkaPipeline.Tests.Hosting;
using AkkaPipeline.Tests.Scenarios;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

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
        Assert.All(letters, line => Assert.Equal(("AkkaPipeline", 201), (line.Category, line.Id)));
        Assert.Contains(host.Logged, line => (line.Id, line.Message) == (101, "orders: Joining"));
    }

    [Fact]
    public async Task What_a_sink_a_source_or_a_rule_throws_of_an_item_is_told_by_its_type_and_where_it_was_thrown()
    {
        await using var host = await TestHost.StartedAsync(services => services
            .Configure<HostOptions>(options => options.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore)
            .AddPipeline<string>("orders", pipeline => pipeline
                .OnFailure((_, delivery) => throw new FormatException($"rule: {delivery.Item}"))
                .Consume<string>(1, (delivery, outputs, _) =>
                {
                    outputs.Emit(delivery.Item);
                    return ValueTask.CompletedTask;
                })
                .To(new RecordingSink<string>(output => throw new InvalidDataException($"bad: {output}")))));
        var orders = host.Services.GetRequiredService<IWorkQueue<string>>();
        await orders.PutAsync("secret").Soon();
        await orders.JoinAsync().Soon();
        await host.StopAsync();

        foreach (var (id, type) in new[] { (404, typeof(InvalidDataException)), (405, typeof(FormatException)) })
        {
            var line = Assert.Single(host.Logged, line => line.Id == id);
            Assert.EndsWith($": {type.FullName}", line.Message, StringComparison.Ordinal);
            Assert.Contains(nameof(LogTests), line.Exception!.ToString(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(host.Logged, line => $"{line.Message} {line.Exception}".Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_there_is_no_host_Akkas_loggers_tell_each_line_once()
    {
        await using var engine = EngineSystem.With("akka.loglevel = INFO");
        using var listener = Inbox.Create(engine.System);
        engine.System.EventStream.Subscribe(listener.Receiver, typeof(Warning));

        await engine.Pipeline().From([7]).Consume(1, (_, _) => throw new FormatException("{secret}")).RunToCompletionAsync().Soon();

        var told = (Warning)await listener.ReceiveAsync(TimeSpan.FromSeconds(30));
        Assert.EndsWith("item 1 is a dead letter after 1 attempts: AttemptsUsedUp, System.FormatException", told.Message.ToString());
    }

    [Fact]
    public async Task A_logger_that_throws_harms_no_pipeline()
    {
        await using var host = await TestHost.StartedAsync(services => services
            .AddSingleton<ILoggerProvider, ThrowingLog>()
            .AddPipeline<string>("orders", pipeline => pipeline.Consume(2, (_, _) => throw new FormatException("no"))));
        var orders = host.Services.GetRequiredService<IWorkQueue<string>>();
        await orders.PutAllAsync("one", "two");

        Assert.Equal(2, (await orders.JoinAsync().Soon()).DeadLettered);
    }

    private sealed class ThrowingLog : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => categoryName == "AkkaPipeline" ? this : NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new IOException("the log's disk is full");

        public void Dispose()
        {
        }
    }
}
