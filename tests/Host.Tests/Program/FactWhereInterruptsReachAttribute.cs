using System.Globalization;
using Xunit;

namespace AkkaPipeline.Host.Tests.Program;

/// <summary>
/// Skipped where SIGINT is ignored, as a shell without job control has it for what runs in the background: children
/// inherit that, and rightly keep to it.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactWhereInterruptsReachAttribute : FactAttribute
{
    private const string Mask = "SigIgn:";

    public FactWhereInterruptsReachAttribute()
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Mask, StringComparison.Ordinal));
        ulong ignored = ulong.Parse(line[Mask.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        if ((ignored & (1UL << (LibC.SigInt - 1))) != 0)
        {
            Skip = "SIGINT is ignored here.";
        }
    }
}
