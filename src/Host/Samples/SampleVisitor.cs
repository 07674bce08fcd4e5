using System.Globalization;

namespace AkkaPipeline.Host.Samples;

/// <summary>Somebody who visits the sample's site again and again.</summary>
internal sealed record SampleVisitor(byte[] Host, byte[] User, byte[] Agent, bool IsBot)
{
    private static readonly string[] Users = ["frank", "alice", "svc-orders", "björn"];

    public static SampleVisitor Create(SampleRandom random)
    {
        bool isBot = random.Below(6) == 0;
        IReadOnlyList<byte[]> agents = isBot ? AccessLogCatalog.BotAgents : AccessLogCatalog.BrowserAgents;
        return new SampleVisitor(
            AccessLogCatalog.Text(CreateHost(random, isBot)),
            AccessLogCatalog.Text(random.Below(40) == 0 ? Users[random.Below(Users.Length)] : "-"),
            agents[random.Below(agents.Count)],
            isBot);
    }

    /// <summary>Addresses reserved for documentation, benchmarks and carriers' own nets.</summary>
    private static string CreateHost(SampleRandom random, bool isBot) => random.Below(20) switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"2001:db8:{random.Below(0x10000):x}:{random.Below(0x10000):x}::{random.Below(0x10000):x}"),
        1 => string.Create(CultureInfo.InvariantCulture, $"2001:db8::{random.Below(0x10000):x}"),
        2 when isBot => string.Create(CultureInfo.InvariantCulture, $"crawler-{random.Below(100)}.bots.example.net"),
        2 => string.Create(CultureInfo.InvariantCulture, $"dsl-{random.Below(10_000)}.pool.example.org"),
        < 7 => string.Create(CultureInfo.InvariantCulture, $"198.{18 + random.Below(2)}.{random.Below(256)}.{random.Below(256)}"),
        < 10 => string.Create(CultureInfo.InvariantCulture, $"203.0.113.{random.Below(256)}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"100.{64 + random.Below(64)}.{random.Below(256)}.{random.Below(256)}"),
    };
}
