using Akka.Actor;
using Akka.Configuration;
using AkkaPipeline.Crash.Controls;
using AkkaPipeline.Queueing;
using AkkaPipeline.Storing;
using AkkaPipeline.Storing.Sqlite;

namespace AkkaPipeline.Crash.Working;

/// <summary>
/// The process that is killed. It starts without an order, so that the next one is ready when this one dies, and ends by
/// itself when its parent has.
/// </summary>
internal static class WorkerCommand
{
    private const string Quiet = """
        akka { loglevel = ERROR, stdout-loglevel = OFF, log-dead-letters = off, loggers = ["Akka.Event.DefaultLogger, Akka"] }
        """;

    public static async Task<int> RunAsync()
    {
        var log = new LogWriter();
        Console.SetOut(Console.Error);
        using var system = ActorSystem.Create("crash", ConfigurationFactory.ParseString(Quiet));
        await WarmUpAsync(system);
        if (await Console.In.ReadLineAsync() is not { } line)
        {
            return 0;
        }

        _ = Task.Factory.StartNew(EndWithParent, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            await RunAsync(system, WorkerOrder.FromLine(line), log);
            return 0;
        }
        catch (Exception failure)
        {
            await Console.Error.WriteLineAsync(failure.ToString());
            log.Write(Happening.Failed);
            return 1;
        }
    }

    /// <summary>So that there is something to crash: without it nearly all of a short life is compilation.</summary>
    private static async Task WarmUpAsync(ActorSystem system)
    {
        await using var running = await Pipeline.Create<byte[]>(system, "warm")
            .StoredIn(() => new MemoryStore(), Durability.Full)
            .InOrderBy(Payload.KeyOf)
            .Retry(2, RetryBackoff.None)
            .Consume(2, (delivery, _) => delivery.Attempt == 1 && delivery.Sequence % 8 == 0 ? throw new IOException() : ValueTask.CompletedTask)
            .StartAsync();
        for (var number = 0; number < 50; number++)
        {
            await running.Queue.PutAsync(Payload.Of(number), Payload.IdOf(number), new PutOptions { Headers = Payload.HeadersOf(number) });
            await running.Queue.PutAsync(Payload.Of(number));
        }

        await running.Queue.JoinAsync();
    }

    private static async Task RunAsync(ActorSystem system, WorkerOrder order, LogWriter log)
    {
        var consuming = new Consuming(order, log);
        var builder = On(system, order)
            .Capacity(20_000)
            .Retry(3, RetryBackoff.Linear(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(15)));
        if (order.Consumers > 0)
        {
            builder.Consume(order.Consumers, consuming.ConsumeAsync);
        }

        if (order.InOrder)
        {
            builder.InOrderBy(Payload.KeyOf);
        }

        await using var running = await builder.StartAsync();
        log.Write(Happening.Opened);
        if (order.Drains)
        {
            await running.Queue.JoinAsync();
            var counts = await running.Queue.CountsAsync();
            log.Write(Happening.Counted, counts.Accepted, sequence: counts.Acked, hash: (ulong)counts.DeadLettered, id: (ulong)counts.Unfinished);
            return;
        }

        var putting = new Putting(running.Queue, order, log);
        _ = TellFailureAsync(running, log);
        await Task.WhenAll([
            .. Enumerable.Range(0, Payload.Producers).Select(producer => Task.Run(() => putting.RunAsync(producer))),
            .. Enumerable.Range(0, order.Getters).Select(getter => Task.Run(() => consuming.GetAsync(running.Queue, getter))),
            Task.Run(() => putting.JoinAsync())]);
    }

    private static PipelineBuilder<byte[]> On(ActorSystem system, WorkerOrder order)
    {
        var options = new DurableOptions { WindowItems = order.WindowItems };
        var builder = Pipeline.Create<byte[]>(system, "work");
        return order.Flaw is { } flaw
            ? builder.StoredIn(() => FlawedStores.Of(flaw, new SqliteStoreSettings { Path = order.Store }), Durability.Full, options)
            : builder.Durable(order.Store, options);
    }

    private static async Task TellFailureAsync(RunningPipeline<byte[]> running, LogWriter log)
    {
        try
        {
            await running.Completion;
        }
        catch (PipelineFailedException failure)
        {
            await Console.Error.WriteLineAsync(failure.ToString());
            log.Write(Happening.Failed);
        }
    }

    private static void EndWithParent()
    {
        while (Console.In.ReadLine() is not null)
        {
        }

        Environment.Exit(3);
    }
}
