using System.Runtime.CompilerServices;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>What is said when a rule is broken; nothing is written for one that holds.</summary>
[InterpolatedStringHandler]
internal ref struct RuleText
{
    private DefaultInterpolatedStringHandler text;

    public RuleText(int literalLength, int formattedCount, bool holds, out bool writes)
    {
        writes = !holds;
        text = writes ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
    }

    public void AppendLiteral(string value) => text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => text.AppendFormatted(value);

    public void AppendFormatted<T>(T value, string? format) => text.AppendFormatted(value, format);

    public string Written() => text.ToStringAndClear();
}
