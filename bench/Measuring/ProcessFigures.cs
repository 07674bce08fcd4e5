using System.Globalization;

namespace AkkaPipeline.Bench.Measuring;

/// <summary>What the system knows of this process; 0 where it is not Linux.</summary>
internal static class ProcessFigures
{
    /// <summary>Bytes handed to the system in writes.</summary>
    public static long Written => Read("/proc/self/io", "wchar:", 1);

    /// <summary>Resident now, in megabytes.</summary>
    public static double ResidentMegabytes => Read("/proc/self/status", "VmRSS:", 1024) / 1e6;

    private static long Read(string path, string name, long unit)
    {
        string? line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) : null;
        return line is null ? 0 : unit * long.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
