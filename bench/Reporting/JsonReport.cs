using System.Text.Json;
using System.Text.Json.Serialization;
using AkkaPipeline.Bench.Measuring;

namespace AkkaPipeline.Bench.Reporting;

/// <summary>One JSON object a line: one a program and round, then one a target.</summary>
internal sealed class JsonReport(TextWriter output) : IReport
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public void Begin(string scenario, string what)
    {
    }

    public void Add(RoundResult round) => Write(round);

    public void End(IReadOnlyList<SubjectRounds> subjects)
    {
    }

    public void Close(IReadOnlyList<Comparison> comparisons)
    {
        foreach (Comparison comparison in comparisons)
        {
            Write(new
            {
                comparison.Scenario,
                comparison.Against,
                Ratio = Math.Round(comparison.Ratio, 3),
                Target = comparison.Target.Value,
                Direction = comparison.Target.Direction == TargetDirection.Min ? "min" : "max",
                comparison.Met,
            });
        }
    }

    private void Write<TLine>(TLine line) => output.WriteLine(JsonSerializer.Serialize(line, Options));
}
