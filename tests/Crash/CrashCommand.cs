using AkkaPipeline.Crash.Controls;
using AkkaPipeline.Crash.Faults;
using AkkaPipeline.Crash.Filing;
using AkkaPipeline.Crash.Killing;
using AkkaPipeline.Crash.Looping;
using AkkaPipeline.Crash.Working;

namespace AkkaPipeline.Crash;

/// <summary>The verbs. Each ends with a line "N passed, N failed", where what is counted is cycles or cases.</summary>
internal static class CrashCommand
{
    private const string Usage = """
        crash kill --cycles N --seed S       a durable pipeline, killed with SIGKILL at random moments
        crash power --cycles N --seed S      the same on ext4 in a loop file, the power cut (Linux, root)
        crash controls --cycles N --seed S   stores that break the promise: each must be caught by power cuts
        crash file --cycles N --lines L      file to file by akka-pipeline, killed at N moments, with and without retries
        crash killing --cycles N --seed S    items that kill their process: each must be found out, and all others done
        crash faults                         disk full, failing syncs, read-only, damaged bytes
        every one: --seconds N (begins nothing after that), --folder PATH (where to work); file: --program PATH (akka-pipeline)
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is ["worker"])
        {
            return await WorkerCommand.RunAsync();
        }

        if (arguments is ["killing-worker", var store, var what])
        {
            return await KillingWorker.RunAsync(store, KillingCase.FromLine(what));
        }

        CrashOptions options;
        try
        {
            options = CrashOptions.Parse(arguments);
        }
        catch (ArgumentException fault)
        {
            await Console.Error.WriteLineAsync($"crash: {fault.Message}\n{Usage}");
            return 2;
        }

        using var folder = new WorkFolder(options.Folder);
        Score? score = options.Verb switch
        {
            "kill" => await CrashLoop.KillAsync(options, folder.Path),
            "power" => await CrashLoop.CutPowerAsync(options, folder.Path),
            "controls" => await ControlsCommand.RunAsync(options, folder.Path),
            "faults" => await FaultsCommand.RunAsync(options, folder.Path),
            "killing" => await KillingCommand.RunAsync(options, folder.Path),
            "file" => await FileCommand.RunAsync(options, folder.Path),
            _ => null,
        };
        if (score is null)
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        Console.WriteLine($"{score.Passed} passed, {score.Failed} failed");
        return score.Failed == 0 ? 0 : 1;
    }
}

/// <summary>Of cycles or cases.</summary>
internal sealed record Score(long Passed, long Failed);
