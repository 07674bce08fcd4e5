using System.Diagnostics;
using System.Reflection;
using AkkaPipeline.Bench.Measuring;
using AkkaPipeline.Bench.Reporting;

namespace AkkaPipeline.Bench;

/// <summary>The command line: which scenario, how many rounds, how to report.</summary>
internal static class BenchCommand
{
    private const string Usage = """
        Usage: dotnet run -c Release --project bench -- SCENARIO [--rounds N] [--items N] [--json]

        memory         1 producer, 4 consumers, in memory: small objects, then longs
        memory-class   small objects only
        --rounds N     rounds after the warm-up; default 5
        --items N      items a round for the fastest programs; slower ones run a fixed part of it; default 50,000,000
        --json         one JSON object a line instead of a table
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (!BenchOptions.TryParse(arguments, out BenchOptions? options, out string? fault))
        {
            Console.Error.WriteLine(fault);
            Console.Error.WriteLine(Usage);
            return 2;
        }

        if (!IsOptimized(typeof(BenchCommand).Assembly) || !IsOptimized(typeof(Settlement).Assembly))
        {
            Console.Error.WriteLine("This is a Debug build: its ratios would mean nothing. Run with -c Release.");
            return 2;
        }

        IReport report = options.Json ? new JsonReport(Console.Out) : new TableReport(Console.Out);
        try
        {
            await MemoryScenario.RunAsync(options, report);
            return 0;
        }
        catch (WrongChecksumException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
    }

    private static bool IsOptimized(Assembly assembly) =>
        assembly.GetCustomAttribute<DebuggableAttribute>() is not { IsJITOptimizerDisabled: true };
}
