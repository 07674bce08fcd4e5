using Akka.Actor;
using AkkaPipeline.Configuring;
using AkkaPipeline.Host.Configuration;
using Xunit;

namespace AkkaPipeline.Host.Tests.Configuration;

public sealed class ProgramConfigurationTests : IDisposable
{
    private const string Sound = """
        akka-pipeline.pipelines.p {
          source { type = file, path = in.log }
          consume { type = parse, format = combined-log }
          sink { type = file, path = out/out.jsonl }
        }

        """;

    private readonly ConfigurationFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_default_that_means_nothing_for_a_pipeline_is_left_alone()
    {
        (ProgramConfiguration? configuration, string faults) = folder.With("t.conf", """
            akka-pipeline.pipeline-defaults {
              source { identity = content }
              consume { type = parse, format = combined-log }
              queue.window-items = 5
              retry.first-delay = 2 s
              in-order-by.on-failure = halt
            }
            akka-pipeline.pipelines.p {
              source { type = stdin }
              consume { type = pass }
              sink { type = file, path = out.jsonl, format = raw }
              queue.durability = none
            }
            """).Load();

        Assert.Equal("", faults);
        Assert.Equal(new PassSettings(4, ConsumerThreads.Shared), configuration!.Pipelines.Single().Consume);
    }

    [Fact]
    public void Names_of_the_user_s_own_may_stand_under_akka()
    {
        (_, string faults) = folder.With("t.conf", Sound + """
            akka {
              extensions = ["Some.Extension, Some"]
              my-extension { anything = 1 }
              remote.dot-netty.tcp.port = 0
              actor {
                my-dispatcher { type = ForkJoinDispatcher, throughput = 10, dedicated-thread-pool.thread-count = 2 }
                default-dispatcher { thread-pool-executor {}, mailbox-capacity = 5 }
                deployment { "/a/*" { router = round-robin-pool, nr-of-instances = 2 } }
                serializers { mine = "Some.Serializer, Some" }
                serialization-bindings { "Some.Type, Some" = mine }
              }
              coordinated-shutdown.phases {
                mine { depends-on = [service-stop], timeout = 1 s, recover = off }
                before-actor-system-terminate { depends-on = [mine, cluster-shutdown] }
              }
            }
            """).Load();

        Assert.Equal("", faults);
    }

    [Theory]
    [InlineData("actor.io-dispatcher { type = ForkJoinDispatcher, throughput = 10 }")]
    [InlineData("actor.fast-dispatcher { executor = channel-executor }")]
    [InlineData("actor.external-dispatcher.executor = task-executor")]
    [InlineData("actor.my-mailbox.mailbox-type = \"Some.Mailbox, Some\"")]
    [InlineData("actor.mailboxes { mine { mailbox-type = \"Some.Mailbox, Some\" } }")]
    [InlineData("actor.default-mailbox.mailbox-size = 5")]
    [InlineData("actor.default-fork-join-dispatcher.dedicated-thread-pool.deadlock-timeout = 3 s")]
    [InlineData("scheduler { implementation = \"Some.Scheduler, Some\", precision = fine }")]
    [InlineData("io.tcp.write-commands-queue-max-size = 10")]
    [InlineData("io.udp.file-io-dispatcher = akka.actor.default-dispatcher")]
    [InlineData("io.udp-connected.file-io-dispatcher = akka.actor.default-dispatcher")]
    [InlineData("io.tcp.direct-buffer-pool { class = \"Some.Pool, Some\", pages = 5 }")]
    [InlineData("io.tcp { send-buffer-size = 8 k, receive-buffer-size = \" 4Ki\", maximum-frame-size = 1 M }")]
    [InlineData("reliable-delivery.producer-controller.chunk-large-messages = 64k")]
    [InlineData("reliable-delivery.producer-controller.chunk-large-messages = off")]
    [InlineData("log-dead-letters = off")]
    [InlineData("log-dead-letters-suspend-duration = infinite")]
    [InlineData("actor.ask-timeout = 500")]
    [InlineData("coordinated-shutdown.phases.mine { timeout = 5000, recover = true }")]
    public void What_Akka_reads_may_stand_under_akka(string written)
    {
        (_, string faults) = folder.With("t.conf", Sound + $"akka {{ {written} }}").Load();

        Assert.Equal("", faults);
    }

    [Fact]
    public void Phases_that_wait_for_one_name_many_times_wait_for_it_once()
    {
        string many = string.Join(',', Enumerable.Repeat("a", 100_000));
        string phases = string.Join('\n', Enumerable.Range(0, 900).Select(i => $"p{i} {{ depends-on = [z] }}"));
        (_, string faults) = folder.With("t.conf", Sound + $"akka.coordinated-shutdown.phases {{\na {{}}\nz {{ depends-on = [{many}] }}\n{phases} }}").Load();

        Assert.Equal("", faults);
    }

    [Fact]
    public void Looking_for_circles_ends()
    {
        IEnumerable<string> phases = Enumerable.Range(0, 300).Select(i => $"p{i} {{ depends-on = [{string.Join(',', Enumerable.Range(0, i).Select(j => $"p{j}"))}] }}");
        (_, string faults) = folder.With("t.conf", Sound + $"akka.coordinated-shutdown.phases {{ {string.Join(", ", phases)} }}").Load();

        Assert.Contains("more than 1000000 steps long", faults, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_written_comes_from_reference_conf()
    {
        Assert.Equal(
            new PipelineSettings(
                "p",
                new FileSourceSettings(folder["in.log"]),
                new ParseSettings(LineFormat.CombinedLog, 4, ConsumerThreads.Shared),
                new FileSinkSettings(folder["out/out.jsonl"], SinkFormat.JsonLines),
                new DeadLetterSettings(Path: null, Allowed: 0),
                new QueueSettings(QueueDurability.Auto, 65_536, QueueOrder.FirstInFirstOut),
                TimeSpan.FromSeconds(25)),
            Only(Sound));
    }

    [Fact]
    public void Every_key_can_be_set()
    {
        var settings = Only(Sound + """
            akka-pipeline.pipelines.p {
              consume { consumers = 16, threads = dedicated }
              dead-letters { path = "rejected files/r.jsonl", allow = 12 }
              queue { durability = checkpoint, path = "states/p", lock-wait = 2 s, capacity = 1000, order = last-in-first-out }
              source.identity = content
              drain-timeout = 1.5 s
            }
            """);

        Assert.Equal(new ParseSettings(LineFormat.CombinedLog, 16, ConsumerThreads.Dedicated), settings.Consume);
        Assert.Equal(new DeadLetterSettings(folder["rejected files/r.jsonl"], 12), settings.DeadLetters);
        Assert.Equal(
            new QueueSettings(QueueDurability.Checkpoint, 1000, QueueOrder.LastInFirstOut) { Path = folder["states/p"], Durable = new DurableOptions { LockWait = TimeSpan.FromSeconds(2) } },
            settings.Queue);
        Assert.Equal(new FileSourceSettings(folder["in.log"], LineIdentity.Content), settings.Source);
        Assert.Equal(TimeSpan.FromSeconds(1.5), settings.DrainTimeout);
    }

    [Fact]
    public void Lines_can_be_passed_on_from_standard_input()
    {
        var settings = Only("""
            akka-pipeline.pipelines.p {
              source { type = stdin }
              consume { type = pass, consumers = 2 }
              sink { type = file, path = out.txt, format = raw }
            }
            """);

        Assert.Equal(new StandardInputSettings(), settings.Source);
        Assert.Equal(new PassSettings(2, ConsumerThreads.Shared), settings.Consume);
        Assert.Equal(new FileSinkSettings(folder["out.txt"], SinkFormat.Raw), settings.Sink);
    }

    [Theory]
    [InlineData("type = stdin", "checkpoint", "queue.durability = \"checkpoint\": needs a source that can be read again")]
    [InlineData("type = file, path = in.log, identity = content", "none", "source.identity = \"content\": goes with queue.durability = checkpoint")]
    [InlineData("type = file, path = in.log, identity = content", "full", "source.identity = \"content\": goes with queue.durability = checkpoint")]
    public void A_durability_that_does_not_go_with_the_source_is_told(string source, string durability, string told)
    {
        (_, string faults) = folder.With("t.conf", Sound.Replace("type = file, path = in.log", source, StringComparison.Ordinal)
            + $"akka-pipeline.pipelines.p.queue.durability = {durability}").Load();

        Assert.Contains(told, faults, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("5", 5L)]
    [InlineData("all", null)]
    public void Dead_letters_are_allowed_by_number_or_all(string allow, long? allowed) =>
        Assert.Equal(allowed, Only(Sound + $"akka-pipeline.pipelines.p.dead-letters.allow = {allow}").DeadLetters.Allowed);

    [Fact]
    public void Defaults_for_all_pipelines_can_be_set()
    {
        (ProgramConfiguration? configuration, string faults) = folder.With("t.conf", Sound + """
            akka-pipeline.pipeline-defaults { queue.capacity = 7, drain-timeout = 3 s }
            akka-pipeline.pipelines.q = ${akka-pipeline.pipelines.p} { sink.path = q.jsonl, drain-timeout = 4 s }
            """).Load();

        Assert.Equal("", faults);
        Assert.Equal(["p 7 3", "q 7 4"], configuration!.Pipelines.Select(pipeline => $"{pipeline.Name} {pipeline.Queue.Capacity} {pipeline.DrainTimeout.TotalSeconds}"));
    }

    [Fact]
    public void A_path_starts_from_the_file_in_which_it_is_written()
    {
        folder.With("shared/base.conf", "base { source { type = file, path = ../logs/in.log } }");

        var settings = Only("include \"shared/base.conf\"\n" + Sound.Replace("source { type = file, path = in.log }", "source = ${base.source}", StringComparison.Ordinal));

        Assert.Equal(new FileSourceSettings(folder["logs/in.log"]), settings.Source);
    }

    [Fact]
    public void An_included_file_is_put_where_it_is_included()
    {
        folder.With("parts/queue.conf", "capacity = 9, order = ${near}").With("near.conf", "near = last-in-first-out");

        var settings = Only(Sound + "include \"near.conf\"\nakka-pipeline.pipelines.p.queue { include \"parts/queue.conf\" }");

        Assert.Equal(QueueOrder.LastInFirstOut, settings.Queue.Order);
        Assert.Equal(9, settings.Queue.Capacity);
    }

    [Fact]
    public void References_reach_across_files_and_into_reference_conf()
    {
        folder.With("a.conf", "include \"b.conf\"\nshared.consumers = ${shared.base}2");
        folder.With("b.conf", "shared.base = 1");

        var settings = Only("include \"a.conf\"\n" + Sound
            + "akka-pipeline.pipelines.p { consume.consumers = ${shared.consumers}, queue.capacity = ${akka-pipeline.pipeline-defaults.queue.capacity} }");

        Assert.Equal(12, settings.Consume.Consumers);
        Assert.Equal(65_536, settings.Queue.Capacity);
    }

    [Fact]
    public void The_environment_is_behind_references()
    {
        (ProgramConfiguration? configuration, string faults) = folder
            .With("t.conf", Sound + "akka-pipeline.pipelines.p.consume.consumers = ${WORKERS}")
            .Load("t.conf", ("WORKERS", "3"));

        Assert.Equal("", faults);
        Assert.Equal(3, configuration!.Pipelines[0].Consume.Consumers);
    }

    [Fact]
    public void A_fault_from_the_environment_names_the_variable()
    {
        (_, string faults) = folder
            .With("t.conf", Sound + "akka-pipeline.pipelines.p.consume.consumers = ${WORKERS}")
            .Load("t.conf", ("WORKERS", "few"));

        Assert.Equal(
            "t.conf:6:47: akka-pipeline.pipelines.p.consume.consumers = \"few\" (from the environment variable WORKERS) "
            + "is not a whole number; allowed: a whole number from 1 to 65536\n",
            faults);
    }

    [Fact]
    public void A_secret_is_not_shown_in_a_fault()
    {
        (_, string faults) = folder
            .With("t.conf", Sound + "akka-pipeline.pipelines.p.consume.consumers = ${DB_PASSWORD}")
            .Load("t.conf", ("DB_PASSWORD", "hunter2"));

        Assert.Contains("consumers = <hidden> (from the environment variable DB_PASSWORD)", faults, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", faults, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_under_akka_goes_to_the_actor_system()
    {
        (ProgramConfiguration? configuration, string faults) = folder
            .With("t.conf", Sound + "level = WARNING\nakka { loglevel = ${level}, actor.deployment { \"/user/a.b\" { nr-of-instances = 5 } } }")
            .Load();

        Assert.Equal("", faults);
        Assert.Equal("WARNING", configuration!.Akka.GetString("akka.loglevel"));
        Assert.Equal(5, configuration.Akka.GetInt("akka.actor.deployment.\"/user/a.b\".nr-of-instances"));
    }

    [Fact]
    public async Task An_actor_system_takes_what_is_under_akka_over_its_own_defaults()
    {
        (ProgramConfiguration? configuration, string faults) = folder
            .With("t.conf", Sound + """
                akka {
                  loglevel = OFF, stdout-loglevel = OFF, loggers = ["Akka.Event.DefaultLogger, Akka"], nothing = null
                  actor.deployment { "/a.b" { router = round-robin-pool, nr-of-instances = 5 } }
                  actor.default-dispatcher.throughput = 7
                }
                """)
            .Load();
        Assert.Equal("", faults);

        using var system = ActorSystem.Create("configured", configuration!.Akka);

        Assert.Equal("OFF", system.Settings.LogLevel);
        Assert.Equal(7, system.Dispatchers.DefaultGlobalDispatcher.Throughput);
        Assert.Equal(["Akka.Event.DefaultLogger, Akka"], system.Settings.Loggers);
        Assert.Equal(5, system.Settings.Config.GetInt("akka.actor.deployment.\"/a.b\".nr-of-instances"));
        Assert.Equal("akka.actor.default-dispatcher", system.Dispatchers.DefaultGlobalDispatcher.Id);
        await system.Terminate();
    }

    [Theory]
    [InlineData("nope.conf", "nope.conf: there is no such file\n")]
    [InlineData("nope/nope.conf", "nope/nope.conf: there is no such file\n")]
    [InlineData("folder", "folder: it is a folder, not a file\n")]
    [InlineData("big.conf", "big.conf: it is larger than 1024 KiB\n")]
    public void A_file_that_cannot_be_read_is_said_so(string name, string fault)
    {
        folder.With("folder/x", "").With("big.conf", new string('\n', 2_000_000));

        Assert.Equal((null, fault), folder.Load(name));
    }

    [Theory]
    [InlineData("include \"t.conf\"", "t.conf:1:9: the file includes itself: t.conf → t.conf\n")]
    [InlineData("include \"./x/../t.conf\"", "t.conf:1:9: the file includes itself: t.conf → ./x/../t.conf\n")]
    [InlineData("\ninclude \"a.conf\"", "a.conf:1:9: the file includes itself: t.conf → a.conf → t.conf\n")]
    [InlineData("include \"folder\"", "t.conf:1:9: the included file folder cannot be read: it is a folder, not a file\n")]
    [InlineData("include \"broken.conf\"", "broken.conf:2:5: the quote opened here is not closed on its line\n")]
    [InlineData("include \"level0.conf\"", "level15.conf:1:9: includes are nested deeper than 16 files\n")]
    [InlineData("a { include \"deep.conf\" }", "deep.conf:1:1: more than 100 levels; the rest of the file is not read\n")]
    public void A_bad_include_is_named_with_its_place(string text, string fault)
    {
        folder.With("a.conf", "include \"t.conf\"").With("broken.conf", "a = 1\nb = \"x").With("folder/x", "");
        folder.With("deep.conf", string.Join('.', Enumerable.Repeat("a", 100)) + " = 1");
        for (int i = 0; i < 20; i++)
        {
            folder.With($"level{i}.conf", $"include \"level{i + 1}.conf\"");
        }

        (_, string faults) = folder.With("t.conf", text + "\n" + Sound).Load();

        Assert.Contains(fault, faults, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_include_each_other_many_times_are_bounded()
    {
        for (int i = 0; i < 15; i++)
        {
            folder.With($"f{i}.conf", string.Concat(Enumerable.Repeat($"include \"f{i + 1}.conf\"\n", 10)));
        }

        (_, string faults) = folder.With("f15.conf", "a = 1").With("t.conf", "include \"f0.conf\"").Load();

        Assert.Contains("more than 200 files are included", faults, StringComparison.Ordinal);
    }

    [Fact]
    public void The_configuration_file_itself_is_not_written_over()
    {
        (_, string faults) = folder.With("t.conf", Sound.Replace("out/out.jsonl", "t.conf", StringComparison.Ordinal)).Load();

        Assert.Equal(
            "t.conf:4:30: akka-pipeline.pipelines.p.sink.path = \"t.conf\": is the same file as this configuration file; "
            + "a file that is written can have one use only\n",
            faults);
    }

    [Fact]
    public void A_file_name_with_a_line_end_does_not_break_a_fault_in_two()
    {
        (_, string faults) = folder.With("t.conf", "include \"a\\nb\"").Load();

        Assert.StartsWith("t.conf:1:9: the included file a\uFFFDb cannot be read", faults.Replace(folder[""], "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void An_optional_include_may_be_missing() =>
        Assert.Equal("p", Only("include optional(\"nope.conf\")\n" + Sound).Name);

    private PipelineSettings Only(string text)
    {
        (ProgramConfiguration? configuration, string faults) = folder.With("t.conf", text).Load();
        Assert.Equal("", faults);
        return Assert.Single(configuration!.Pipelines);
    }
}
