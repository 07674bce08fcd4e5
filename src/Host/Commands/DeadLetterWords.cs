using System.Globalization;

namespace AkkaPipeline.Host.Commands;

internal enum DeadLetterAction
{
    List,
    Show,
    Requeue,
    Drop,
}

/// <summary><c>dead-letters list|show|requeue|drop PATH</c></summary>
/// <param name="Filter">Null: all.</param>
/// <param name="Queue">Null: the store's only one.</param>
internal sealed record DeadLetterArguments(
    DeadLetterAction Action, string Path, DeadLetterFilter? Filter, string? Queue, bool Json) : Command
{
    public const int DefaultLimit = 100;

    /// <summary>How many are listed or shown at most.</summary>
    public int Limit { get; init; } = DefaultLimit;

    /// <summary>Those of a higher number in the store.</summary>
    public long After { get; init; }
}

/// <summary>Reads what stands behind <c>dead-letters</c>.</summary>
internal static class DeadLetterWords
{
    private static readonly string Causes = string.Join(", ", Enum.GetValues<DeadLetterCause>().Select(NameOf));

    /// <summary>A cause as it is written: <c>attempts-used-up</c>.</summary>
    public static string NameOf(DeadLetterCause cause) => cause switch
    {
        DeadLetterCause.AttemptsUsedUp => "attempts-used-up",
        DeadLetterCause.NotRetried => "not-retried",
        DeadLetterCause.Rejected => "rejected",
        DeadLetterCause.KeyParked => "key-parked",
        DeadLetterCause.Undecodable => "undecodable",
        _ => "killed-process",
    };

    public static DeadLetterArguments Parse(CommandWords words)
    {
        bool json = words.TakeFlag("--json");
        bool all = words.TakeFlag("--all");
        string? queue = words.TakeOption("--queue");
        DeadLetterFilter? filter = TakeFilter(words);
        string? limit = words.TakeOption("--limit");
        string? after = words.TakeOption("--after");
        DeadLetterAction action = ActionOf(words.TakeWord("what to do: list, show, requeue or drop"));
        string path = words.TakeWord("the store's file: PATH");
        words.ExpectNothing();
        if (action is DeadLetterAction.Requeue or DeadLetterAction.Drop)
        {
            ExpectMeant(action, filter, all, isPaged: limit is not null || after is not null);
        }
        else if (all)
        {
            throw new UsageException("--all goes with requeue and drop.");
        }

        return new DeadLetterArguments(action, path, filter, queue, json)
        {
            Limit = limit is null ? DeadLetterArguments.DefaultLimit : (int)Number("--limit", limit, 1, int.MaxValue),
            After = after is null ? 0 : Number("--after", after, 0, long.MaxValue),
        };
    }

    private static DeadLetterAction ActionOf(string word) => word switch
    {
        "list" => DeadLetterAction.List,
        "show" => DeadLetterAction.Show,
        "requeue" => DeadLetterAction.Requeue,
        "drop" => DeadLetterAction.Drop,
        _ => throw new UsageException($"Dead letters cannot be asked to '{word}'; there are list, show, requeue and drop."),
    };

    private static void ExpectMeant(DeadLetterAction action, DeadLetterFilter? filter, bool all, bool isPaged)
    {
        string name = action == DeadLetterAction.Requeue ? "requeue" : "drop";
        if (isPaged)
        {
            throw new UsageException($"--limit and --after go with list and show; to {name} some, say which by a filter.");
        }

        if (filter is null && !all)
        {
            throw new UsageException($"Say which to {name} (--id, --key, --cause, …), or --all.");
        }

        if (filter is not null && all)
        {
            throw new UsageException("--all does not go with a filter.");
        }
    }

    private static DeadLetterFilter? TakeFilter(CommandWords words)
    {
        IReadOnlyList<string> ids = words.TakeOptions("--id");
        var (first, last) = Range(words.TakeOption("--sequence"));
        var filter = new DeadLetterFilter
        {
            Ids = ids.Count == 0 ? null : ids,
            Key = words.TakeOption("--key"),
            Cause = words.TakeOption("--cause") is { } cause ? CauseOf(cause) : null,
            FirstSequence = first,
            LastSequence = last,
            Since = Time("--since", words.TakeOption("--since")),
            Until = Time("--until", words.TakeOption("--until")),
            ErrorType = words.TakeOption("--error"),
            ReasonContains = words.TakeOption("--text"),
        };
        return filter == new DeadLetterFilter() ? null : filter;
    }

    private static DeadLetterCause CauseOf(string word)
    {
        foreach (DeadLetterCause cause in Enum.GetValues<DeadLetterCause>())
        {
            if (NameOf(cause) == word)
            {
                return cause;
            }
        }

        throw new UsageException($"There is no cause '{word}'; there are {Causes}.");
    }

    private static (long? First, long? Last) Range(string? text)
    {
        if (text is null)
        {
            return (null, null);
        }

        if (text.Split("..") is not [var from, .. var rest] || rest.Length > 1 || text == "..")
        {
            throw new UsageException($"--sequence is a number or a range (N, N..M, N.. or ..M), not '{text}'.");
        }

        long? first = from.Length == 0 ? null : Number("--sequence", from, 0, long.MaxValue);
        string to = rest.Length == 0 ? from : rest[0];
        return (first, to.Length == 0 ? null : Number("--sequence", to, 0, long.MaxValue));
    }

    private static DateTimeOffset? Time(string option, string? text) => text is null ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time
        : throw new UsageException($"{option} is a time, as 2026-11-24T20:00Z or 2026-11-24 (of UTC, where no offset is said), not '{text}'.");

    private static long Number(string option, string text, long min, long max) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= min && number <= max
            ? number
            : throw new UsageException($"{option} must be a whole number from {min} to {max}, not '{text}'.");
}
