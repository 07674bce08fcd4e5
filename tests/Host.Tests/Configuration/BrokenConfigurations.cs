using Xunit;

namespace AkkaPipeline.Host.Tests.Configuration;

/// <summary>
/// Whole configurations at fault (@source, @consume, @sink stand for sound lines, @p for a pipeline of them), the
/// places of all their faults, and what the first of them says.
/// </summary>
internal static class BrokenConfigurations
{
    private const string Source = "source { type = file, path = in.log }";
    private const string Consume = "consume { type = parse, format = combined-log }";
    private const string Sink = "sink { type = file, path = out.jsonl }";

    public static TheoryData<string, string, string> Whole => new()
    {
        { "", "1:1", "akka-pipeline.pipelines holds no pipeline" },
        { "{}", "1:1", "akka-pipeline.pipelines holds no pipeline" },
        { "# nothing\n", "1:1", "akka-pipeline.pipelines holds no pipeline" },
        { "akka-pipeline {}", "1:1", "akka-pipeline.pipelines holds no pipeline" },
        { "akka-pipeline.pipelines {}", "1:1", "akka-pipeline.pipelines holds no pipeline" },
        { "akka-pipeline = 1", "1:17", "akka-pipeline = \"1\" is not an object; allowed: akka-pipeline { … }" },
        { "akka-pipeline.pipelines = []", "1:27", "akka-pipeline.pipelines = an array is not an object; allowed: pipelines { … }" },
        { "akka-pipeline.pipelines = null", "1:1", "akka-pipeline.pipelines is required and not set" },
        { "akka-pipeline.pipelines.p = null", "1:1", "akka-pipeline.pipelines holds no pipeline" },
        { "@p\nakka.extensions = x", "6:19", "akka.extensions = \"x\": is an array [ … ] for Akka" },
        { "@p\nakka.coordinated-shutdown.phases.a.depends-on = [{}]", "6:49", "is an array [ … ] of phases for Akka" },
        { "@p\nakka.coordinated-shutdown.phases.a.depends-on = [null]", "6:49", "is an array [ … ] of phases for Akka" },
        { "akka-pipeline = null", "1:1", "akka-pipeline is required and not set" },
        { "akka-pipelin.pipelines.p {}", "1:1", "akka-pipelin is not a key that is known here" },
        { "akka-pipeline.pipeline.p {}", "1:15", "akka-pipeline.pipeline is not a key that is known here" },
        { "@p\nakka = 1", "6:8", "akka = \"1\" is not an object; allowed: akka { … }" },
        { "@p\nakka = [1]", "6:8", "akka = an array is not an object; allowed: akka { … }" },
        { "@p\nakka { loglevel = DEBUGG }", "6:19", "akka.loglevel = \"DEBUGG\" is not allowed; allowed: OFF, ERROR, WARNING, INFO, DEBUG" },
        { "@p\naka { loglevel = INFO }", "6:1", "aka is not a key that is known here; allowed: akka-pipeline, akka; did you mean akka?" },
        { "@p\nakka.loglevl = INFO", "6:6", "akka.loglevl is not a key that Akka knows here; did you mean loglevel?" },
        { "@p\nakka.actro.provider = local", "6:6", "akka.actro is not a key that Akka knows here; did you mean actor?" },
        { "@p\nakka.actor.default-dispatcher.throughputt = 5", "6:31", "akka.actor.default-dispatcher.throughputt is not a key that Akka knows here; did you mean throughput?" },
        { "@p\nakka.actor.debug.unhandeld = on", "6:18", "akka.actor.debug.unhandeld is not a key that Akka knows here; did you mean unhandled?" },
        { "@p\nakka.shout = 5", "6:6", "akka.shout is not a key that Akka knows here" },
        { "@p\nakka.coordinated-shutdown.exit-clr = on", "6:38", "akka.coordinated-shutdown.exit-clr = \"on\": would end the process with status 0 before the account is told" },
        { "@p\nakka.coordinated-shutdown { exit-clr = true, run-by-clr-shutdown-hook = yes }", "6:40 6:73", "exit-clr = \"true\": would end the process" },
        { "@p\nakka { log-config-on-start = on }", "6:30", "akka.log-config-on-start = \"on\": would show the whole configuration, secrets too; leave it off" },
        { "@p\nakka.coordinated-shutdown.phases { a { depends-on = [b] }, b { depends-on = [a] } }", "6:53 6:77", "akka.coordinated-shutdown.phases.a.depends-on = an array: the phases wait for each other in a circle: a → b → a" },
        { "@p\nakka.coordinated-shutdown.phases.before-service-unbind.depends-on = [actor-system-terminate]", "6:69", "the phases wait for each other in a circle: before-service-unbind → actor-system-terminate → " },
        { "@p\nakka.coordinated-shutdown.phases.a.depends-on = [a]", "6:49", "the phases wait for each other in a circle: a → a" },
        { "@p\nakka.coordinated-shutdown.phases.a.depends-on = [service-stopp]", "6:49", "akka.coordinated-shutdown.phases.a.depends-on = an array: service-stopp is no phase; did you mean service-stop?" },
        { "@p\nakka.coordinated-shutdown.phases.a.depends-on = service-stop", "6:49", "is an array [ … ] of phases for Akka" },
        { "@p\nakka.coordinated-shutdown.phases.a.timeout = oops", "6:46", "akka.coordinated-shutdown.phases.a.timeout = \"oops\": is a duration, as in 5 s, for Akka" },
        { "@p\nakka.coordinated-shutdown.phases.a.recover = oops", "6:46", "akka.coordinated-shutdown.phases.a.recover = \"oops\": is on, off, true or false for Akka" },
        { "@p\nakka.coordinated-shutdown.phases.a.timout = 5 s", "6:36", "akka.coordinated-shutdown.phases.a.timout is not a key of a phase; allowed: timeout, recover, depends-on; did you mean timeout?" },
        { "@p\nakka.coordinated-shutdown.phases.a.timeout = on", "6:46", "is a duration, as in 5 s, for Akka" },
        { "@p\nakka.coordinated-shutdown.phases.a.timeout = infinity", "6:46", "is a duration, as in 5 s, for Akka" },
        { "@p\nakka.coordinated-shutdown.phases.a.recover = yes", "6:46", "is on, off, true or false for Akka" },
        { "@p\nakka.coordinated-shutdown.phases.a.recover = 5", "6:46", "is on, off, true or false for Akka" },
        { "@p\nakka.coordinated-shutdown.phases.a.enabled = off", "6:36", "akka.coordinated-shutdown.phases.a.enabled is not a key of a phase; allowed: timeout, recover, depends-on" },
        { "@p\nakka.scheduler.tick-duration = [10 ms]", "6:32", "akka.scheduler.tick-duration = an array: is a single value, not an array, for Akka" },
        { "@p\nakka.logger-formatter = []", "6:25", "akka.logger-formatter = an array: is a single value, not an array, for Akka" },
        { "@p\nakka.scheduler.tick-duration = on", "6:32", "is a duration, as in 10ms, for Akka" },
        { "@p\nakka.actor.ask-timeout = off", "6:26", "is a duration, as in infinite, for Akka" },
        { "@p\nakka.io.tcp.send-buffer-size = on", "6:32", "is a size, as in 8k, for Akka" },
        { "@p\nakka.io.tcp.send-buffer-size = 8 KB", "6:32", "is a size, as in 8k, for Akka" },
        { "@p\nakka.actor.debug.unhandled = yes", "6:30", "is on, off, true or false for Akka" },
        { "@p\nakka.actor.debug.unhandled = ON", "6:30", "is on, off, true or false for Akka" },
        { "@p\nakka.actor.debug.unhandled = 5", "6:30", "is on, off, true or false for Akka" },
        { "@p\nakka.scheduler.tick-size = 5", "6:16", "akka.scheduler.tick-size is not a key that Akka knows here" },
        { "@p\nakka.coordinated-shutdown.phases.a = 5", "6:38", "akka.coordinated-shutdown.phases.a = \"5\" is not an object" },
        { "akka-pipeline.pipeline-defaults { queue.capacity = 0, retry.first-delay = soon }\n@p\nakka-pipeline.pipelines.q {\n@source\n@consume\nsink { type = file, path = q.jsonl }\n}", "1:52 1:75", "akka-pipeline.pipeline-defaults.queue.capacity = \"0\" is out of range" },
        { "akka-pipeline.pipeline-defaults { retry { first-delay = 5 m, max-attempts = 3 } }\n@p\nakka-pipeline.pipelines.q {\n@source\n@consume\nsink { type = file, path = q.jsonl }\n}", "1:57", "akka-pipeline.pipeline-defaults.retry.first-delay = \"5 m\": is longer than max-delay" },
        { "akka-pipeline.pipelines.p {\n@source\n@consume\n@sink\nretry { max-attempts = 3, max-delay = 500 ms }\n}", "5:39", "akka-pipeline.pipelines.p.retry.max-delay = \"500 ms\": is shorter than first-delay, which is 1 s" },
        { "akka-pipeline.pipeline-defaults.retry { max-attempts = 3, backoff = [1 s, 5 s] }\nakka-pipeline.pipelines.p {\n@source\n@consume\n@sink\nretry { max-delay = 2 s }\n}", "6:21", "akka-pipeline.pipelines.p.retry.max-delay = \"2 s\": is shorter than the longest wait of backoff, which is 5 s" },
        { "akka-pipeline.pipelines.p {\n@source\n@consume\n@sink\nretry { max-attempts = 3, backoff = [${?a}] }\n}", "5:37", "akka-pipeline.pipelines.p.retry.backoff = an array is empty" },
        { "@p\nextra { a = 1 }", "6:1", "extra is not a key that is known here; allowed: akka-pipeline, akka; what is for the actor system goes under akka { … }" },
        { "@p\npetabridge.cmd {}", "6:1", "petabridge is not a key that is known here; allowed: akka-pipeline, akka; what is for the actor system goes under akka { … }" },
        { "@p\nakka-pipeline.drain-timeout = 5 s", "6:15", "akka-pipeline.drain-timeout is not a key that is known here" },
        { "@p\nakka-pipeline.pipelines.q = 1", "6:29", "akka-pipeline.pipelines.q = \"1\" is not an object; allowed: q { … }" },
        { "@p\nakka-pipeline.pipelines.q {}", "6:25 6:25 6:25", "akka-pipeline.pipelines.q.consume is required and not set" },
        { "akka-pipeline.pipelines.\"a b\" {\n@source\n@consume\n@sink\n}", "1:25", "akka-pipeline.pipelines.\"a b\" is no name for a pipeline" },
        { "akka-pipeline.pipelines.\"\" {\n@source\n@consume\n@sink\n}", "1:25", "akka-pipeline.pipelines.\"\" is no name for a pipeline" },
        { "akka-pipeline.pipelines.\"ä\" {\n@source\n@consume\n@sink\n}", "1:25", "akka-pipeline.pipelines.ä is no name for a pipeline" },
        { "akka-pipeline.pipelines.\"../p\" {\n@source\n@consume\n@sink\n}", "1:25", "akka-pipeline.pipelines.\"../p\" is no name for a pipeline" },
        { "akka-pipeline.pipelines.nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn {\n@source\n@consume\n@sink\n}", "1:25", "akka-pipeline.pipelines.nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn is" },
        { "akka-pipeline.pipelines.p {\n@consume\n@sink\n}", "1:25", "akka-pipeline.pipelines.p.source is required and not set" },
        { "akka-pipeline.pipelines.p {\n@source\n@sink\n}", "1:25", "akka-pipeline.pipelines.p.consume is required and not set" },
        { "akka-pipeline.pipelines.p {\n@source\n@consume\n}", "1:25", "akka-pipeline.pipelines.p.sink is required and not set" },
        { "akka-pipeline.pipeline-defaults.queue.capacty = 1\n@p", "1:39", "akka-pipeline.pipeline-defaults.queue.capacty is not a key that is known here" },
        { "akka-pipeline.pipeline-defaults.queue.capacity = 0\n@p", "1:50", "akka-pipeline.pipeline-defaults.queue.capacity = \"0\" is out of range" },
        { "akka-pipeline.pipeline-defaults = 1\n@p", "1:35", "akka-pipeline.pipeline-defaults = \"1\" is not an object; allowed: pipeline-defaults { … }" },
        { "akka-pipeline.pipeline-defaults.sinc {}\n@p", "1:33", "akka-pipeline.pipeline-defaults.sinc is not a key that is known here" },
        { "akka-pipeline.pipeline-defaults.drain-timeout = never\n@p", "1:49", "akka-pipeline.pipeline-defaults.drain-timeout = \"never\" is not a duration" },
        { "akka-pipeline.pipelines.p {\nsource { type = file, path = ${base.nope} }\n@consume\n@sink\n}\nbase { path = x }", "2:30", "${base.nope} is neither a key of this configuration nor an environment variable" },
        { "akka-pipeline.pipelines.p {\nsource = ${base} { path = [] }\n@consume\n@sink\n}\nbase { type = file }", "2:27", "akka-pipeline.pipelines.p.source.path = an array cannot stand here; allowed: a single value" },
        { "akka-pipeline.pipelines.p {\nsource = ${base}\n@consume\n@sink\n}\nbase { type = file, pat = x }", "2:1 6:21", "akka-pipeline.pipelines.p.source.path is required and not set" },
        { "akka-pipeline.pipelines.p {\nsource = ${base}\n@consume\n@sink\n}\nbase = file", "6:8", "akka-pipeline.pipelines.p.source = \"file\" is not an object; allowed: source { … }" },
        { "@p\nakka-pipeline.pipelines.q {\n@source\n@consume\n@sink\n}", "9:28", "akka-pipeline.pipelines.q.sink.path = \"out.jsonl\": is the same file as" },
        { "@p\nakka-pipeline.pipelines.q {\nsource { type = file, path = out.jsonl }\n@consume\nsink { type = file, path = o2.jsonl }\n}", "7:30", "akka-pipeline.pipelines.q.source.path = \"out.jsonl\": is the same file as" },
    };

    public static string Text(string shortened) => shortened
        .Replace("@p", "akka-pipeline.pipelines.p {\n@source\n@consume\n@sink\n}", StringComparison.Ordinal)
        .Replace("@source", Source, StringComparison.Ordinal)
        .Replace("@consume", Consume, StringComparison.Ordinal)
        .Replace("@sink", Sink, StringComparison.Ordinal);
}
