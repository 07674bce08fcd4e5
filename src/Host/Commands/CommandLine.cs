using System.Globalization;

namespace AkkaPipeline.Host.Commands;

/// <summary>What the command line asks for.</summary>
internal abstract record Command;

/// <summary><c>run FILE.conf [--json] [--restart]</c></summary>
internal sealed record RunArguments(string ConfigurationPath, bool Json, bool Restart = false) : Command;

/// <summary><c>sample access-log --lines N [--seed S]</c></summary>
internal sealed record SampleArguments(long Lines, ulong Seed) : Command;

/// <summary><c>verify PATH [--json]</c></summary>
internal sealed record VerifyArguments(string Path, bool Json) : Command;

/// <summary><c>inspect PATH [--json]</c></summary>
internal sealed record InspectArguments(string Path, bool Json) : Command;

/// <summary><c>renew PATH [--json]</c></summary>
internal sealed record RenewArguments(string Path, bool Json) : Command;

internal sealed record ShowHelp : Command;

internal sealed record ShowVersion : Command;

/// <summary>Reads the command line. Options may stand anywhere behind the command, as <c>--name value</c> or
/// <c>--name=value</c>; <c>--</c> ends them.</summary>
internal static class CommandLine
{
    public const string Help = """
        akka-pipeline: takes items through a pool of consumers and accounts for every one of them

        akka-pipeline run FILE.conf [--json] [--restart]
            Runs the pipeline that the file describes. The account goes to stderr; with --json it is
            one JSON object, the last line on stdout. A run that was interrupted is gone on with by
            the same command; with --restart it starts over.
        akka-pipeline verify PATH [--json]
            Reads all of a store and proves its ledger, or names what is damaged. Changes nothing.
        akka-pipeline inspect PATH [--json]
            Counts, ages and sizes of a store, without reading what waits in it. Changes nothing.
        akka-pipeline dead-letters list|show|requeue|drop PATH [--queue NAME] [FILTER…] [--json]
            list and show: the dead letters of a store, a line each or whole; oldest first, --limit N
            (default 100), --after NUMBER. requeue: to be tried anew. drop: gone for good. Both want a
            filter or --all, and a store that no pipeline has open.
            FILTER: --id ID (again for more), --key KEY, --cause CAUSE, --sequence N|N..M|N..|..M,
            --since TIME, --until TIME (2026-11-24T20:00Z), --error TYPE, --text PART-OF-REASON
        akka-pipeline renew PATH [--json]
            Gives the queues of a store that was put back from a copy new delivery ids: what they have
            given since the copy was made they give again.
        akka-pipeline sample access-log --lines N [--seed S]
            Writes a generated access log of N lines to stdout; the same for the same seed (default 1).
        akka-pipeline --help | --version

        Exit status: 0 all acked, or no more dead letters than allowed; 1 failure; 2 wrong usage or
        configuration; 3 finished with more dead letters than allowed; 130 or 143 ended by SIGINT or
        SIGTERM with something left. Of verify: 0 sound, 1 damaged, 2 no store. Of the other commands on
        a store: 0 done, 1 not done (in use, or show found none), 2 no store.

        """;

    private const string Commands = "run, verify, inspect, dead-letters, renew and sample";

    /// <exception cref="UsageException">The command line is wrong.</exception>
    public static Command Parse(IReadOnlyList<string> arguments)
    {
        var words = new CommandWords(arguments);
        if (words.TakeFlag("--help") || words.TakeFlag("-h"))
        {
            return new ShowHelp();
        }

        if (words.TakeFlag("--version"))
        {
            return new ShowVersion();
        }

        string command = words.TakeWord($"a command: {Commands}");
        return command switch
        {
            "run" => ParseRun(words),
            "verify" => ParseOnStore(words, static (path, json) => new VerifyArguments(path, json)),
            "inspect" => ParseOnStore(words, static (path, json) => new InspectArguments(path, json)),
            "dead-letters" => DeadLetterWords.Parse(words),
            "renew" => ParseOnStore(words, static (path, json) => new RenewArguments(path, json)),
            "sample" => ParseSample(words),
            _ => throw new UsageException($"There is no command '{command}'; there are {Commands}."),
        };
    }

    private static RunArguments ParseRun(CommandWords words)
    {
        bool json = words.TakeFlag("--json");
        bool restart = words.TakeFlag("--restart");
        string path = words.TakeWord("the configuration file: run FILE.conf");
        words.ExpectNothing();
        return new RunArguments(path, json, restart);
    }

    private static Command ParseOnStore(CommandWords words, Func<string, bool, Command> command)
    {
        bool json = words.TakeFlag("--json");
        string path = words.TakeWord("the store's file: PATH");
        words.ExpectNothing();
        return command(path, json);
    }

    private static SampleArguments ParseSample(CommandWords words)
    {
        string lines = words.TakeOption("--lines") ?? throw new UsageException("Missing --lines N: how many lines to write.");
        string seed = words.TakeOption("--seed") ?? "1";
        string kind = words.TakeWord("what to make a sample of: sample access-log");
        if (kind != "access-log")
        {
            throw new UsageException($"There is no sample '{kind}'; there is access-log.");
        }

        words.ExpectNothing();
        return new SampleArguments((long)Number("--lines", lines, long.MaxValue), Number("--seed", seed, ulong.MaxValue));
    }

    private static ulong Number(string option, string text, ulong max) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) && number <= max
            ? number
            : throw new UsageException($"{option} must be a whole number from 0 to {max}, not '{text}'.");
}
