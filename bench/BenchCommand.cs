using System.Diagnostics;
using System.Reflection;
using AkkaPipeline.Bench.Durable;
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
        durable        items of 100 bytes, each put confirmed and each ack durable, against a raw log
        durable-latency  one durable put at a time, against one append and sync at a time
        checkpoint     the program, file to file, with checkpoints and without
        spill          10 million items that wait: the rate beyond the window, and the memory
        recover        10 million items that wait: from the start to the first delivery
        --rounds N     rounds after the warm-up; default 5
        --items N      items a round for the fastest programs; slower ones run a fixed part of it
        --folder PATH  where stores and logs go; default: the system's folder for temporary files
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
            if (DurableScenarios.Names.Contains(options.Scenario))
                await DurableScenarios.RunAsync(options, report);
            else
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
