using System.Text.Json;

namespace AkkaPipeline.Host.Tests.Program;

/// <summary>How a run of the program ended.</summary>
internal sealed record ProgramEnd(int Status, string Output, string Error)
{
    /// <summary>What <c>--json</c> says.</summary>
    public Account Account => JsonSerializer.Deserialize<Account>(Output, JsonSerializerOptions.Web)!;
}

/// <summary>The settlement as the program's JSON tells it.</summary>
internal sealed record Account(
    string Pipeline,
    long Produced,
    long Acked,
    long DeadLettered,
    long Released,
    double ElapsedSeconds,
    string Outcome,
    long Dropped,
    long Retried,
    long Refused,
    long Resumed,
    long Quarantined,
    IReadOnlyList<string> Reasons)
{
    public bool IsBalanced => Produced == Acked + DeadLettered + Dropped + Quarantined + Released;
}
