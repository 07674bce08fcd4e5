using AkkaPipeline.Bench.Measuring;

namespace AkkaPipeline.Bench.Reporting;

/// <summary>Where the figures go.</summary>
internal interface IReport
{
    /// <summary>A scenario begins.</summary>
    void Begin(string scenario, string what);

    /// <summary>A program has run its round.</summary>
    void Add(RoundResult round);

    /// <summary>A scenario is over.</summary>
    void End(IReadOnlyList<SubjectRounds> subjects);

    /// <summary>The targets, after all scenarios; the first target of the scenario asked for comes last.</summary>
    void Close(IReadOnlyList<Comparison> comparisons);
}
