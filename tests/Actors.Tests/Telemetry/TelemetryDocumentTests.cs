using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.RegularExpressions;
using AkkaPipeline.Hosting;
using AkkaPipeline.Telemetry;
using AkkaPipeline.Tests.Documents;
using Microsoft.Extensions.Logging;
using Xunit;

namespace AkkaPipeline.Tests.Telemetry;

public sealed partial class TelemetryDocumentTests
{
    private static readonly string[] Names =
    [
        .. typeof(TelemetryNames).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!),
    ];

    [Fact]
    public void The_guide_tells_each_name_and_no_other()
    {
        var told = Code().Matches(Repository.Read("docs/telemetry.md")).Select(match => match.Groups["name"].Value).ToHashSet();

        Assert.Empty(Names.Except(told));
        Assert.Empty(told.Where(name => Namespaced().IsMatch(name)).Except(Names));
    }

    [Fact]
    public void The_guide_tells_each_instruments_unit()
    {
        var guide = Repository.Read("docs/telemetry.md");
        var published = new List<Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == TelemetryNames.Source)
                {
                    published.Add(instrument);
                }
            },
        };
        _ = Instruments.Activities;
        listener.Start();

        Assert.Equal(12, published.Count);
        Assert.All(published, instrument =>
            Assert.Matches($@"\| `{Regex.Escape(instrument.Name)}` \| [a-z -]+ \| `{Regex.Escape(instrument.Unit!)}` \|", guide));
    }

    [Fact]
    public void The_guide_tells_each_line_of_the_log_by_its_id_and_level()
    {
        var guide = Repository.Read("docs/telemetry.md");
        var lines = new[] { typeof(EngineLog), typeof(HostingLog) }
            .SelectMany(log => log.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>().ToArray();

        Assert.Equal(lines.Length, lines.Select(line => line.EventId).Distinct().Count());
        Assert.All(lines, line => Assert.Matches($@"\n\| {line.EventId} \| {(line.Level == LogLevel.None ? "[a-z ]+" : Level(line.Level))} \|", guide));

        static string Level(LogLevel level) => level.ToString().ToLowerInvariant();
    }

    [GeneratedRegex("`(?<name>[^`\n]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"^(messaging|akkapipeline)\.[a-z_.]+$")]
    private static partial Regex Namespaced();
}
