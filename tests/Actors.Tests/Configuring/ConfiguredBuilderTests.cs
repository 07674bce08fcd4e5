using Akka.Actor;
using Akka.Configuration;
using AkkaPipeline.Coordinating;
using AkkaPipeline.Queueing;
using AkkaPipeline.Queueing.Orders;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace AkkaPipeline.Tests.Configuring;

/// <summary>What a builder is before code says anything, and that what code says goes over it.</summary>
public sealed class ConfiguredBuilderTests : IAsyncLifetime
{
    private const string Configured = """
        akka { loglevel = OFF, stdout-loglevel = OFF }
        akka-pipeline.pipelines.orders {
          consume { consumers = 7, threads = dedicated }
          sink.batch.items = 11
          dead-letters { kept = 12, drop-oldest = true }
          queue { capacity = 13, order = last-in-first-out, window-items = 14 }
          retry { max-attempts = 3, backoff = [1 s, 2 s] }
          timeout.per-item = 30 s
          rate.items = 100
          halt.failures = 5
          drain-timeout = 7 s
        }
        akka-pipeline.pipelines.keyed.in-order-by { on-failure = park, rate.items = 5 }
        akka-pipeline.pipelines.stored.queue { path = "stored.db", put-ids-max = 9 }
        akka-pipeline.pipelines.broken {
          queue { capacity = none, size = 3 }
          drain-timeout = 25
        }
        """;

    private readonly ActorSystem system = ActorSystem.Create("configured", ConfigurationFactory.ParseString(Configured));

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => system.Terminate();

    [Fact]
    public void The_HOCON_of_the_actor_system_is_taken()
    {
        PipelineBuilder<string> builder = Pipeline.Create<string>(system, "orders").Consume((_, _) => ValueTask.CompletedTask);
        PipelineSetup<string> setup = builder.Setup(endsWithSources: false);

        Assert.Equal((7, ConsumerThreads.Dedicated), (setup.Consumers, setup.Threads));
        Assert.Equal((13, 12, true, 14), (setup.Limits.Capacity, setup.Limits.DeadLettersMax, setup.Limits.DropsOldestDeadLetters, setup.Limits.WindowItems));
        Assert.False(setup.Order.GoesWithKeys);
        Assert.Equal("at most 3 attempts, listed 1 s, 2 s, full jitter", $"{setup.Retry}");
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5)), (setup.Timeout!.PerItem, setup.Timeout.Grace));
        Assert.Equal(Rate.Of(100, TimeSpan.FromSeconds(1)), setup.Limits.Rate);
        Assert.Equal(["soon after 5 failures"], setup.Halts.Select(rule => $"{rule}"));
        Assert.Equal(TimeSpan.FromSeconds(7), builder.DrainsWithin);
        Assert.Equal(11, builder.BatchesOf<int>(null)!.ItemsMax);
    }

    [Fact]
    public void Code_goes_over_it()
    {
        PipelineBuilder<string> builder = Pipeline.Create<string>(system, "orders")
            .Capacity(1).Order(ItemOrder.FirstInFirstOut<string>()).Threads(ConsumerThreads.Shared).DeadLettersKept(2)
            .Retry(RetryPolicy.Default).Timeout(TimeSpan.FromSeconds(3)).RateLimit(Rate.Of(4, TimeSpan.FromSeconds(1)))
            .HaltWhen(HaltRule.AfterSuccesses(5)).DrainTimeout(TimeSpan.FromSeconds(6)).Consume(8, (_, _) => ValueTask.CompletedTask);
        PipelineSetup<string> setup = builder.Setup(endsWithSources: false);

        Assert.Equal((8, ConsumerThreads.Shared), (setup.Consumers, setup.Threads));
        Assert.Equal((1, 2, false), (setup.Limits.Capacity, setup.Limits.DeadLettersMax, setup.Limits.DropsOldestDeadLetters));
        Assert.True(setup.Order.GoesWithKeys);
        Assert.Equal(RetryPolicy.Default, setup.Retry);
        Assert.Equal(TimeSpan.FromSeconds(3), setup.Timeout!.PerItem);
        Assert.Equal(Rate.Of(4, TimeSpan.FromSeconds(1)), setup.Limits.Rate);
        Assert.Equal(["soon after 5 successes"], setup.Halts.Select(rule => $"{rule}"));
        Assert.Equal(TimeSpan.FromSeconds(6), builder.DrainsWithin);
        BatchOptions<int> batches = builder.BatchesOf(new BatchOptions<int> { TimeMax = TimeSpan.FromSeconds(1) })!;
        Assert.Equal((11, TimeSpan.FromSeconds(1)), (batches.ItemsMax, batches.TimeMax));
    }

    [Fact]
    public void A_pipeline_that_nobody_configured_has_the_defaults_of_reference_conf()
    {
        PipelineSetup<string> setup = Pipeline.Create<string>(system, "others").Consume((_, _) => ValueTask.CompletedTask).Setup(endsWithSources: false);

        Assert.Equal((4, ConsumerThreads.Shared), (setup.Consumers, setup.Threads));
        Assert.Equal(new QueueLimits(65_536), setup.Limits);
        Assert.Equal((null, null, 0), (setup.Retry, setup.Timeout, setup.Halts.Count));
    }

    [Fact]
    public void The_order_by_key_is_code_s_and_what_happens_to_keys_may_be_configured()
    {
        KeyOrderSettings configured = Keyed(builder => builder.InOrderBy(item => item));
        KeyOrderSettings said = Keyed(builder => builder.InOrderBy(item => item, KeyFailure.Halt).RateLimitPerKey(Rate.Of(1, TimeSpan.FromSeconds(1))));

        Assert.Equal((KeyFailure.Park, 5), (configured.OnFailure, configured.Rate!.Items));
        Assert.Equal((KeyFailure.Halt, 1), (said.OnFailure, said.Rate!.Items));

        KeyOrderSettings Keyed(Func<PipelineBuilder<string>, PipelineBuilder<string>> say) =>
            say(Pipeline.Create<string>(system, "keyed")).Setup(endsWithSources: false).Keys!;
    }

    [Fact]
    public void A_path_makes_the_queue_durable()
    {
        PipelineSetup<string> setup = Pipeline.Create<string>(system, "stored").Setup(endsWithSources: false);

        Assert.Equal((Durability.Full, 9), (setup.Limits.Keeps, setup.Limits.PutIdsMax));
        Assert.NotNull(setup.Encoder);
    }

    [Fact]
    public void A_mistake_fails_the_start_with_all_faults_in_one_error()
    {
        var error = Assert.Throws<ConfigurationException>(() => Pipeline.Create<string>(system, "broken"));

        Assert.Equal(
            """
            The configuration of the pipeline broken is wrong:
            the actor system's HOCON: akka-pipeline.pipelines.broken.queue.capacity = "none" is not a whole number; allowed: a whole number from 1 to 16777216
            the actor system's HOCON: akka-pipeline.pipelines.broken.queue.size is not a key that is known here; allowed: durability, capacity, order, path, lock-wait, window-items, window-bytes, item-bytes-max, disk-bytes-max, suspect-alone-max, put-ids-max, put-ids-for
            the actor system's HOCON: akka-pipeline.pipelines.broken.drain-timeout = "25" is not a duration; allowed: a number with one of the units ms, s, m, h, d, as in 25 s, from 0 s to 1 d
            """,
            error.Message);
    }

    [Fact]
    public void The_application_s_configuration_goes_over_the_HOCON()
    {
        IConfiguration application = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("AkkaPipeline:Pipelines:Orders:Queue:Capacity", (string?)"99")])
            .Build();

        PipelineSetup<string> setup = new PipelineBuilder<string>(system, "orders").ApplyConfigured(application).Setup(endsWithSources: false);

        Assert.Equal((99, 12), (setup.Limits.Capacity, setup.Limits.DeadLettersMax));
    }

    [Fact]
    public void Reference_conf_lies_below_the_system_s_configuration_once_there_is_a_pipeline()
    {
        Assert.False(system.Settings.Config.HasPath("akka-pipeline.pipeline-defaults"));

        Pipeline.Create<string>(system, "orders");
        Pipeline.Create<string>(system, "others");

        Assert.Equal("25 s", system.Settings.Config.GetString("akka-pipeline.pipeline-defaults.drain-timeout"));
        Assert.Equal(13, system.Settings.Config.GetInt("akka-pipeline.pipelines.orders.queue.capacity"));
        Assert.Equal("OFF", system.Settings.LogLevel);
    }
}
