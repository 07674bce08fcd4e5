using Xunit;

namespace AkkaPipeline.Host.Tests.Configuration;

/// <summary>
/// One line of a pipeline that is otherwise sound, the places of all faults in the file that <see cref="Around"/>
/// makes of it, and what the first of them says.
/// </summary>
internal static class BrokenPipelines
{
    private static readonly string[] Sound =
    [
        "source { type = file, path = in.log }",
        "consume { type = parse, format = combined-log }",
        "sink { type = file, path = out.jsonl }",
    ];

    public static TheoryData<string, string, string> Sources => new()
    {
        { "source {}", "2:1 2:1", "source.path is required and not set" },
        { "source = null", "1:25", "source is required and not set" },
        { "source = file", "2:10", "source = \"file\" is not an object; allowed: source { … }" },
        { "source = []", "2:10", "source = an array is not an object; allowed: source { … }" },
        { "source { path = in.log }", "2:1", "source.type is required and not set" },
        { "source { type = file }", "2:1", "source.path is required and not set" },
        { "source { type = file, path = \"\" }", "2:30", "source.path = \"\" is empty; allowed: a text" },
        { "source { type = file, path = null }", "2:1", "source.path is required and not set" },
        { "source { type = file, path = [a] }", "2:30", "source.path = an array cannot stand here; allowed: a single value" },
        { "source { type = file, path = {} }", "2:30", "source.path = an object cannot stand here; allowed: a single value" },
        { "source { type = fiel, path = in.log }", "2:17", "source.type = \"fiel\" is not known; allowed: file, stdin; did you mean file?" },
        { "source { type = kafka, path = in.log }", "2:17", "source.type = \"kafka\" is not known; allowed: file, stdin" },
        { "source { type = null, path = in.log }", "2:1", "source.type is required and not set" },
        { "source { type = {}, path = in.log }", "2:17", "source.type = an object cannot stand here; allowed: a single value" },
        { "source { type = File, path = in.log }", "2:17", "source.type = \"File\" is not known; allowed: file, stdin; did you mean file?" },
        { "source { type = file, path = in.log, glob = x }", "2:38", "source.glob is not a key that is known here; allowed: type, path, identity" },
        { "source { type = file, paht = in.log }", "2:1 2:23", "source.path is required and not set" },
        { "source { type = file, path = \"a\\u0000\" }", "2:30", "source.path = \"a\\u0000\" holds a NUL; allowed: a path" },
        { "source { type = file, path = out.jsonl.partial }", "4:28", "sink.path = \"out.jsonl\": collides with" },
        { "source { type = file, path = in.log, identity = contents }", "2:49", "source.identity = \"contents\" is not known; allowed: position, content; did you mean content?" },
        { "source { type = stdin, path = in.log }", "2:24", "source.path is not a key that is known here" },
        { "source { type = stdin, identity = content }", "2:35", "source.identity = \"content\": means nothing here" },
        { "source { type = file, path = ${nope} }", "2:30", "${nope} is neither a key of this configuration nor an environment variable" },
    };

    public static TheoryData<string, string, string> Consumes => new()
    {
        { "consume { type = pass }", "4:1", "sink.format is required and not set; for example: format = raw, with consume.type = pass" },
        { "consume { type = pass, format = combined-log }", "3:24", "consume.format is not a key that is known here; allowed: type, consumers, threads" },
        { "consume { format = combined-log }", "3:1", "consume.type is required and not set" },
        { "consume { type = parse }", "3:1", "consume.format is required and not set" },
        { "consume { type = parse, format = combined }", "3:34", "consume.format = \"combined\" is not known; allowed: combined-log" },
        { "consume { type = parse, format = combined_log }", "3:34", "consume.format = \"combined_log\" is not known" },
        { "consume { type = prase, format = combined-log }", "3:18", "consume.type = \"prase\" is not known" },
        { "consume { type = parse, format = combined-log, consumers = 0 }", "3:60", "consume.consumers = \"0\" is out of range" },
        { "consume { type = parse, format = combined-log, consumers = -1 }", "3:60", "consume.consumers = \"-1\" is out of range" },
        { "consume { type = parse, format = combined-log, consumers = 65537 }", "3:60", "consume.consumers = \"65537\" is out of range" },
        { "consume { type = parse, format = combined-log, consumers = many }", "3:60", "consume.consumers = \"many\" is not a whole number" },
        { "consume { type = parse, format = combined-log, consumers = 4.0 }", "3:60", "consume.consumers = \"4.0\" is not a whole number" },
        { "consume { type = parse, format = combined-log, consumers = 1e3 }", "3:60", "consume.consumers = \"1e3\" is not a whole number" },
        { "consume { type = parse, format = combined-log, consumers = \"\" }", "3:60", "consume.consumers = \"\" is not a whole number" },
        { "consume { type = parse, format = combined-log, consumers = null x }", "3:60", "consume.consumers = \"null x\" is not a whole number" },
        { "consume { type = parse, format = combined-log, consumers = [4] }", "3:60", "consume.consumers = an array cannot stand here" },
        { "consume { type = parse, format = combined-log, consumers = { n = 4 } }", "3:60", "consume.consumers = an object cannot stand here" },
        { "consume { type = parse, format = combined-log, consumers = true }", "3:60", "consume.consumers = \"true\" is not a whole number" },
        { "consume { type = parse, format = combined-log, consumers = 4 s }", "3:60", "consume.consumers = \"4 s\" is not a whole number" },
        { "consume { type = parse, format = combined-log, consumers = 99999999999999999999 }", "3:60", "consume.consumers = \"99999999999999999999\" is out of range" },
        { "consume { type = parse, format = combined-log, consumers = + }", "3:60", "'+' cannot stand here unquoted; put the text in double quotes" },
        { "consume { type = parse, format = combined-log, consumers = 0x10 }", "3:60", "consume.consumers = \"0x10\" is not a whole number" },
        { "consume { type = parse, format = combined-log, consumers = \" 4\" }", "3:60", "consume.consumers = \" 4\" is not a whole number" },
        { "consume { type = parse, format = combined-log, consumers = ٤ }", "3:60", "consume.consumers = \"٤\" is not a whole number" },
        { "consume { type = parse, format = combined-log, threads = share }", "3:58", "consume.threads = \"share\" is not known" },
        { "consume { type = parse, format = combined-log, threads = 4 }", "3:58", "consume.threads = \"4\" is not known; allowed: shared, dedicated" },
        { "consume { type = parse, format = combined-log, threads = true }", "3:58", "consume.threads = \"true\" is not known; allowed: shared, dedicated" },
        { "consume { type = parse, format = combined-log, threads = [shared] }", "3:58", "consume.threads = an array cannot stand here; allowed: a single value" },
        { "consume { type = parse, format = combined-log, threads = SHARED }", "3:58", "consume.threads = \"SHARED\" is not known" },
        { "consume { type = parse, format = combined-log, Consumers = 2 }", "3:48", "consume.Consumers is not a key that is known here" },
        { "consume { type = parse, format = combined-log, thread = shared }", "3:48", "consume.thread is not a key that is known here" },
    };

    public static TheoryData<string, string, string> Sinks => new()
    {
        { "sink { type = file }", "4:1", "sink.path is required and not set" },
        { "sink { path = out.jsonl }", "4:1", "sink.type is required and not set" },
        { "sink { type = file, path = out.jsonl, format = csv }", "4:48", "sink.format = \"csv\" is not known; allowed: json-lines, raw" },
        { "sink { type = file, path = out.jsonl, format = raw }", "4:48", "sink.format = \"raw\": does not go with consume.type = parse" },
        { "sink { type = file, path = out.jsonl, format = jsonlines }", "4:48", "sink.format = \"jsonlines\" is not known" },
        { "sink { type = file, path = in.log }", "4:28", "sink.path = \"in.log\": is the same file as" },
        { "sink { type = file, path = ./x/../in.log }", "4:28", "sink.path = \"./x/../in.log\": is the same file as" },
        { "sink { type = file, path = out.jsonl, compress = gzip }", "4:39", "sink.compress is not a key that is known here" },
        { "sinks { type = file, path = out.jsonl }", "1:25 4:1", "sink is required and not set" },
    };

    public static TheoryData<string, string, string> DeadLetters => new()
    {
        { "dead-letters { path = out.jsonl }", "5:23", "dead-letters.path = \"out.jsonl\": is the same file as" },
        { "dead-letters { path = in.log }", "5:23", "dead-letters.path = \"in.log\": is the same file as" },
        { "dead-letters { path = out.jsonl.partial }", "5:23", "dead-letters.path = \"out.jsonl.partial\": collides with" },
        { "dead-letters { path = out.jsonl.state }", "5:23", "dead-letters.path = \"out.jsonl.state\": collides with" },
        { "dead-letters { path = \"\" }", "5:23", "dead-letters.path = \"\" is empty; allowed: a text" },
        { "dead-letters { path = [] }", "5:23", "dead-letters.path = an array cannot stand here" },
        { "dead-letters { allow = -1 }", "5:24", "dead-letters.allow = \"-1\" is out of range" },
        { "dead-letters { allow = some }", "5:24", "dead-letters.allow = \"some\" is neither a whole number nor all" },
        { "dead-letters { allow = All }", "5:24", "dead-letters.allow = \"All\" is neither a whole number nor all" },
        { "dead-letters { allow = 1.5 }", "5:24", "dead-letters.allow = \"1.5\" is neither a whole number nor all" },
        { "dead-letters { allow = [] }", "5:24", "dead-letters.allow = an array cannot stand here" },
        { "dead-letters { allow = \"\" }", "5:24", "dead-letters.allow = \"\" is neither a whole number nor all" },
        { "dead-letters { allow = 1 2 }", "5:24", "dead-letters.allow = \"1 2\" is neither a whole number nor all" },
        { "dead-letters { alow = 1 }", "5:16", "dead-letters.alow is not a key that is known here" },
        { "dead-letters { max = 3 }", "5:16", "dead-letters.max is not a key that is known here" },
        { "dead-letters = rejected.jsonl", "5:16", "dead-letters = \"rejected.jsonl\" is not an object" },
        { "dead-letters = []", "5:16", "dead-letters = an array is not an object; allowed: dead-letters { … }" },
        { "dead-letter { allow = all }", "5:1", "dead-letter is not a key that is known here" },
        { "deadLetters { allow = all }", "5:1", "deadLetters is not a key that is known here" },
    };

    public static TheoryData<string, string, string> Queues => new()
    {
        { "queue { durability = disk }", "5:22", "queue.durability = \"disk\" is not known; allowed: auto, none, checkpoint, full" },
        { "queue { durability = nnoe }", "5:22", "queue.durability = \"nnoe\" is not known" },
        { "queue { durability = true }", "5:22", "queue.durability = \"true\" is not known; allowed: auto, none, checkpoint, full" },
        { "queue { durability = chekpoint }", "5:22", "did you mean checkpoint?" },
        { "queue { durability = none, path = state }", "5:35", "queue.path = \"state\": means nothing where durability is none" },
        { "queue { durability = none, lock-wait = 1 s }", "5:40", "queue.lock-wait = \"1 s\": means nothing where durability is none" },
        { "queue { path = out.jsonl }", "5:16", "queue.path = \"out.jsonl\": is the same file as" },
        { "queue { path = in.log }", "5:16", "queue.path = \"in.log\": is the same file as" },
        { "queue { path = \"\" }", "5:16", "queue.path = \"\" is empty; allowed: a text" },
        { "queue { lock-wait = 2 d }", "5:21", "queue.lock-wait = \"2 d\" is out of range; allowed: 0 s to 1 d" },
        { "queue { lock-wait = soon }", "5:21", "queue.lock-wait = \"soon\" is not a duration" },
        { "queue { capacity = 0 }", "5:20", "queue.capacity = \"0\" is out of range" },
        { "queue { capacity = -1 }", "5:20", "queue.capacity = \"-1\" is out of range" },
        { "queue { capacity = lots }", "5:20", "queue.capacity = \"lots\" is not a whole number" },
        { "queue { capacity = 16777217 }", "5:20", "queue.capacity = \"16777217\" is out of range" },
        { "queue { capacity = 64 KiB }", "5:20", "queue.capacity = \"64 KiB\" is not a whole number" },
        { "queue { order = fifo }", "5:17", "queue.order = \"fifo\" is not known" },
        { "queue { order = last-in-first-oot }", "5:17", "queue.order = \"last-in-first-oot\" is not known" },
        { "queue { order = [] }", "5:17", "queue.order = an array cannot stand here; allowed: a single value" },
        { "queue { Capacity = 5 }", "5:9", "queue.Capacity is not a key that is known here" },
        { "queue { size = 3 }", "5:9", "queue.size is not a key that is known here" },
        { "queue = none", "5:9", "queue = \"none\" is not an object; allowed: queue { … }" },
        { "queue { capacity = { a = 1 } }", "5:20", "queue.capacity = an object cannot stand here; allowed: a single value" },
    };

    public static TheoryData<string, string, string> Retries => new()
    {
        { "retry = 3", "5:9", "retry = \"3\" is not an object; allowed: retry { … }" },
        { "retry { max-attempts = 0 }", "5:24", "retry.max-attempts = \"0\" is out of range; allowed: a whole number from 1 to 1000" },
        { "retry { max-attempts = 1001 }", "5:24", "retry.max-attempts = \"1001\" is out of range" },
        { "retry { max-attempts = often }", "5:24", "retry.max-attempts = \"often\" is not a whole number" },
        { "retry { attempts = 3 }", "5:9", "retry.attempts is not a key that is known here" },
        { "retry { max-atempts = 3 }", "5:9", "did you mean max-attempts?" },
        { "retry { backoff = exponentially }", "5:19", "retry.backoff = \"exponentially\" is not known; allowed: exponential, linear, constant, none, or an array of durations, as in [1 s, 10 s]; did you mean exponential?" },
        { "retry { backoff = 5 s }", "5:19", "retry.backoff = \"5 s\" is not known; allowed: exponential, linear, constant, none, or an array of durations, as in [1 s, 10 s]" },
        { "retry { backoff = [] }", "5:19", "retry.backoff = an array is empty; allowed: an array of at least one duration, each from 0 s to 30 d" },
        { "retry { backoff = [1 s, 5] }", "5:25", "retry.backoff = \"5\" is not a duration" },
        { "retry { backoff = [1 s, {}] }", "5:25", "retry.backoff = an object cannot stand in an array of durations; allowed: a number with one of the units" },
        { "retry { backoff = [1 s, -5 s] }", "5:25", "retry.backoff = \"-5 s\" is out of range; allowed: 0 s to 30 d" },
        { "retry { backoff = [1 s, 5 m] }", "5:19", "retry.backoff = an array: its longest wait, 300 s, is longer than max-delay, which is 120 s" },
        { "retry { first-delay = 3 m }", "5:23", "retry.first-delay = \"3 m\": is longer than max-delay, which is 120 s" },
        { "retry { first-delay = 1 }", "5:23", "retry.first-delay = \"1\" is not a duration; allowed: a number with one of the units ms, s, m, h, d, as in 25 s, from 0 s to 30 d" },
        { "retry { max-delay = 31 d }", "5:21", "retry.max-delay = \"31 d\" is out of range; allowed: 0 s to 30 d" },
        { "retry { max-delay = never }", "5:21", "retry.max-delay = \"never\" is not a duration" },
        { "retry { factor = 0.5 }", "5:18", "retry.factor = \"0.5\" is out of range; allowed: a number from 1 to 1000" },
        { "retry { factor = two }", "5:18", "retry.factor = \"two\" is not a number" },
        { "retry { factor = 1e3 }", "5:18", "retry.factor = \"1e3\" is not a number" },
        { "retry { jitter = half }", "5:18", "retry.jitter = \"half\" is not known; allowed: full, none" },
        { "retry { backoff = linear, jitter = none }", "5:1", "retry.max-attempts is required and not set; for example: retry { max-attempts = 5 }" },
        { "retry { errors = transiant }", "5:18", "retry.errors = \"transiant\" is not known; allowed: transient, all; did you mean transient?" },
    };

    public static TheoryData<string, string, string> Timeouts => new()
    {
        { "timeout = 30 s", "5:11", "timeout = \"30 s\" is not an object; allowed: timeout { … }" },
        { "timeout { per-item = 30 }", "5:22", "timeout.per-item = \"30\" is not a duration; allowed: a number with one of the units ms, s, m, h, d, as in 25 s, from 1 ms to 30 d, or off" },
        { "timeout { per-item = 0 s }", "5:22", "timeout.per-item = \"0 s\" is out of range; allowed: 1 ms to 30 d, or off" },
        { "timeout { per-item = none }", "5:22", "timeout.per-item = \"none\" is not a duration" },
        { "timeout { grace = off }", "5:19", "timeout.grace = \"off\" is not a duration" },
        { "timeout { grace = 2 d }", "5:19", "timeout.grace = \"2 d\" is out of range; allowed: 1 ms to 1 d" },
        { "timeout { abandoned-max = 0 }", "5:27", "timeout.abandoned-max = \"0\" is out of range; allowed: a whole number from 1 to 65536" },
        { "timeout { grace = 2 s }", "5:1", "timeout.per-item is required and not set; for example: timeout { per-item = 30 s }" },
        { "timeout { abandoned-max = 4 }", "5:1", "timeout.per-item is required and not set" },
        { "timeout { abandonned-max = 4 }", "5:11", "did you mean abandoned-max?" },
    };

    public static TheoryData<string, string, string> Keys => new()
    {
        { "in-order-by = 1", "5:15", "in-order-by = \"1\" is not an object; allowed: in-order-by { … }" },
        { "in-order-by { field = 0 }", "5:23", "in-order-by.field = \"0\" is out of range; allowed: a whole number from 1 to 100" },
        { "in-order-by { field = host }", "5:23", "in-order-by.field = \"host\" is not a whole number" },
        { "in-order-by { feild = 1 }", "5:15", "in-order-by.feild is not a key that is known here; allowed: field, pattern, on-failure, rate; did you mean field?" },
        { "in-order-by { field = 1, pattern = x }", "5:36", "in-order-by.pattern = \"x\": cannot stand beside field; drop one of them" },
        { "in-order-by { pattern = \"(\" }", "5:25", "in-order-by.pattern = \"(\": is no regular expression: " },
        { "in-order-by { pattern = \"(?=x)\" }", "5:25", "in-order-by.pattern = \"(?=x)\": looks ahead, looks back or refers back" },
        { "in-order-by { pattern = \"\" }", "5:25", "in-order-by.pattern = \"\" is empty; allowed: a text" },
        { "in-order-by { on-failure = halt }", "5:1", "in-order-by.field is required and not set; for example: in-order-by { field = 1 }" },
        { "in-order-by { rate { items = 1 } }", "5:1", "in-order-by.field is required and not set" },
        { "in-order-by { field = 1, on-failure = stop }", "5:39", "in-order-by.on-failure = \"stop\" is not known; allowed: skip, halt, park" },
        { "in-order-by { field = 1, rate { items = few } }", "5:41", "in-order-by.rate.items = \"few\" is neither a whole number nor none" },
        { "in-order-by.field = 1\nqueue.order = last-in-first-out", "6:15", "queue.order = \"last-in-first-out\": does not go with in-order-by" },
    };

    public static TheoryData<string, string, string> Rates => new()
    {
        { "rate = 100", "5:8", "rate = \"100\" is not an object; allowed: rate { … }" },
        { "rate { items = 0 }", "5:16", "rate.items = \"0\" is out of range; allowed: a whole number from 1 to 1000000000, or none" },
        { "rate { items = off }", "5:16", "rate.items = \"off\" is neither a whole number nor none" },
        { "rate { items = 1.5 }", "5:16", "rate.items = \"1.5\" is neither a whole number nor none" },
        { "rate { items = 5, per = 1 }", "5:25", "rate.per = \"1\" is not a duration" },
        { "rate { items = 5, per = 0 s }", "5:25", "rate.per = \"0 s\" is out of range; allowed: 1 ms to 365 d" },
        { "rate { items = 2000000, per = 1 ms }", "5:16", "rate.items = \"2000000\": is more than 1000000000 items a second" },
        { "rate { items = 5, burst = 0 }", "5:27", "rate.burst = \"0\" is out of range; allowed: a whole number from 1 to 1000000000000, or auto" },
        { "rate { items = 5, burst = none }", "5:27", "rate.burst = \"none\" is neither a whole number nor auto" },
        { "rate { per = 1 m }", "5:1", "rate.items is required and not set; for example: rate { items = 100 }" },
        { "rate { burst = 5 }", "5:1", "rate.items is required and not set" },
        { "rate { item = 5 }", "5:8", "rate.item is not a key that is known here; allowed: items, per, burst; did you mean items?" },
    };

    public static TheoryData<string, string, string> Halts => new()
    {
        { "halt = soon", "5:8", "halt = \"soon\" is not an object; allowed: halt { … }" },
        { "halt { when = later }", "5:15", "halt.when = \"later\" is not known; allowed: soon, now" },
        { "halt { failures = 0 }", "5:19", "halt.failures = \"0\" is not allowed; allowed: a whole number from 1, a percentage as in 10 %, or none" },
        { "halt { failures = -1 }", "5:19", "halt.failures = \"-1\" is not allowed" },
        { "halt { failures = 0 % }", "5:19", "halt.failures = \"0 %\" is not allowed" },
        { "halt { failures = 101 % }", "5:19", "halt.failures = \"101 %\" is not allowed" },
        { "halt { failures = % }", "5:19", "halt.failures = \"%\" is not allowed" },
        { "halt { failures = 10 % of all }", "5:19", "halt.failures = \"10 % of all\" is not allowed" },
        { "halt { failures = [1] }", "5:19", "halt.failures = an array cannot stand here; allowed: a single value" },
        { "halt { successes = many }", "5:20", "halt.successes = \"many\" is not allowed" },
        { "halt { after = 0 }", "5:16", "halt.after = \"0\" is out of range" },
        { "halt { when = now }", "5:1", "halt.failures is required and not set; for example: halt { failures = 10 % }" },
        { "halt { failure = 1 }", "5:8", "halt.failure is not a key that is known here; allowed: when, failures, successes, after; did you mean failures?" },
    };

    public static TheoryData<string, string, string> Batches => new()
    {
        { "sink.batch { items = 0 }", "5:22", "sink.batch.items = \"0\" is out of range; allowed: a whole number from 1 to 1000000, or none" },
        { "sink.batch { items = 1000001 }", "5:22", "sink.batch.items = \"1000001\" is out of range" },
        { "sink.batch { bytes = 64 }", "5:22", "sink.batch.bytes = \"64\" is not a size; allowed: a number with one of the units B, kB, KiB, MB, MiB, GB, GiB, as in 64 KiB, or none" },
        { "sink.batch { bytes = 2 GiB }", "5:22", "sink.batch.bytes = \"2 GiB\" is out of range; allowed: 1 B to 1073741824 B, or none" },
        { "sink.batch { time = 0 s }", "5:21", "sink.batch.time = \"0 s\" is out of range; allowed: 1 ms to 1 d, or none" },
        { "sink.batch { size = 5 }", "5:14", "sink.batch.size is not a key that is known here; allowed: items, bytes, time" },
        { "sink.batch = 100", "5:14", "sink.batch = \"100\" is not an object; allowed: batch { … }" },
        { "sink.breaker { failure-ratio = 0 }", "5:32", "sink.breaker.failure-ratio = \"0\" is out of range; allowed: a number from 0.001 to 1, or off" },
        { "sink.breaker { failure-ratio = on }", "5:32", "sink.breaker.failure-ratio = \"on\" is neither a number nor off" },
        { "sink.breaker { break-duration = 10 s }", "5:6", "sink.breaker.failure-ratio is required and not set; for example: breaker { failure-ratio = 0.5 }" },
        { "sink.breaker { minimum-throughput = 1 }", "5:37", "sink.breaker.minimum-throughput = \"1\" is out of range; allowed: a whole number from 2" },
        { "sink.breaker { sampling-duration = 30 }", "5:36", "sink.breaker.sampling-duration = \"30\" is not a duration" },
        { "sink.breaker { break-duration = 100 ms }", "5:33", "sink.breaker.break-duration = \"100 ms\" is out of range; allowed: 500 ms to 1 d" },
        { "sink.braker { failure-ratio = 0.5 }", "5:6", "sink.braker is not a key that is known here" },
    };

    public static TheoryData<string, string, string> Others => new()
    {
        { "drain-timeout = 25", "5:17", "drain-timeout = \"25\" is not a duration" },
        { "drain-timeout = 25 parsecs", "5:17", "drain-timeout = \"25 parsecs\" is not a duration" },
        { "drain-timeout = -1 s", "5:17", "drain-timeout = \"-1 s\" is out of range; allowed: 0 s to 1 d" },
        { "drain-timeout = 2 d", "5:17", "drain-timeout = \"2 d\" is out of range; allowed: 0 s to 1 d" },
        { "drain-timeout = infinite", "5:17", "drain-timeout = \"infinite\" is not a duration" },
        { "drain-timeout = s", "5:17", "drain-timeout = \"s\" is not a duration" },
        { "drain-timeout = 25 S", "5:17", "drain-timeout = \"25 S\" is not a duration" },
        { "drain-timeout = \"\"", "5:17", "drain-timeout = \"\" is not a duration" },
        { "drain-timeout = []", "5:17", "drain-timeout = an array cannot stand here; allowed: a single value" },
        { "drain-timeout = { s = 25 }", "5:17", "drain-timeout = an object cannot stand here; allowed: a single value" },
        { "drain-timeout = 1e3 s", "5:17", "drain-timeout = \"1e3 s\" is not a duration" },
        { "drain-timeout = 25s 10ms", "5:17", "drain-timeout = \"25s 10ms\" is not a duration" },
        { "drain-timeout = 9999999999999999999999999999999 s", "5:17", "drain-timeout = \"9999999999999999999999999999999 s\" is not a" },
        { "drain-timeout = ..5 s", "5:17", "drain-timeout = \"..5 s\" is not a duration" },
        { "drain-timeout = on", "5:17", "drain-timeout = \"on\" is not a duration" },
        { "drain_timeout = 5 s", "5:1", "drain_timeout is not a key that is known here" },
        { "draintimeout = 5 s", "5:1", "draintimeout is not a key that is known here" },
        { "x = 1", "5:1", "x is not a key that is known here" },
        { "password = hunter2", "5:1", "password is not a key that is known here" },
    };

    /// <summary>The line in place of the one with the same key, or after the others.</summary>
    public static string Around(string line)
    {
        string key = line.Split(' ')[0];
        int replaced = key == "sinks" ? 2 : Array.FindIndex(Sound, sound => sound.StartsWith(key + " ", StringComparison.Ordinal));
        string[] lines = replaced < 0 ? [.. Sound, line] : [.. Sound[..replaced], line, .. Sound[(replaced + 1)..]];
        return "akka-pipeline.pipelines.p {\n" + string.Join('\n', lines) + "\n}";
    }
}
