using AkkaPipeline.Host.Reporting;
using AkkaPipeline.Storing;
using AkkaPipeline.Storing.Sqlite;

namespace AkkaPipeline.Host.Commands;

/// <summary><c>akka-pipeline dead-letters list|show|requeue|drop PATH</c></summary>
internal static class DeadLettersCommand
{
    /// <returns>0: done; 1: the store is in use or cannot be written, or nothing was found to show; 2: no store, no such queue.</returns>
    public static async Task<int> RunAsync(DeadLetterArguments arguments, StoreTerminal terminal)
    {
        string? queue = null;
        int status = terminal.Reading(() =>
        {
            queue = QueueOf(arguments);
            return ExitStatus.Success;
        });
        if (queue is null)
        {
            return status;
        }

        return arguments.Action is DeadLetterAction.Requeue or DeadLetterAction.Drop
            ? await ChangeAsync(arguments, queue, terminal).ConfigureAwait(false)
            : terminal.Reading(() => Show(arguments, queue, terminal));
    }

    private static string QueueOf(DeadLetterArguments arguments)
    {
        IReadOnlyList<string> queues = StoredLetters.Queues(arguments.Path);
        string names = string.Join(", ", queues);
        return (arguments.Queue, queues) switch
        {
            ({ } named, _) when queues.Contains(named) => named,
            ({ } named, _) => throw new StoreException($"{arguments.Path} has no queue named {named}; it has: {names}."),
            (null, [var only]) => only,
            _ => throw new StoreException($"{arguments.Path} has {queues.Count} queues ({names}): say which by --queue NAME."),
        };
    }

    private static int Show(DeadLetterArguments arguments, string queue, StoreTerminal terminal)
    {
        // One more than wanted tells whether there is a next page.
        int limit = arguments.Limit;
        IReadOnlyList<StoredDeadLetter> found = StoredLetters.List(
            arguments.Path, queue, arguments.Filter, arguments.After, limit == int.MaxValue ? limit : limit + 1);
        var page = new LetterPage(Path.GetFullPath(arguments.Path), queue, StoreVerification.OwnerOf(arguments.Path))
        {
            Letters = [.. found.Take(limit)],
            Next = found.Count > limit ? found[limit - 1].Number : null,
            Total = StoredLetters.Count(arguments.Path, queue, arguments.Filter),
        };
        bool whole = arguments.Action == DeadLetterAction.Show;
        terminal.Output.Write(
            arguments.Json ? LetterJson.Of(page, whole) : whole ? LetterText.Whole(page) : LetterText.Table(page));
        return whole && page.Letters.Count == 0 ? ExitStatus.Failure : ExitStatus.Success;
    }

    private static async Task<int> ChangeAsync(DeadLetterArguments arguments, string queue, StoreTerminal terminal)
    {
        if (StoreVerification.OwnerOf(arguments.Path) is { } owner)
        {
            return terminal.Refuse(
                $"{arguments.Path} is in use by {owner}, and its dead letters can be changed by that one only "
                + "(RunningPipeline.DeadLetters). End it first; list and show work beside it.",
                ExitStatus.Failure);
        }

        var settings = new SqliteStoreSettings
        {
            Path = Path.GetFullPath(arguments.Path),
            LockWait = TimeSpan.Zero,
            Warn = warning => terminal.Error.WriteLine($"akka-pipeline: {TerminalText.Of($"{arguments.Path}: {warning}")}"),
        };
        bool requeue = arguments.Action == DeadLetterAction.Requeue;
        try
        {
            long changed = requeue
                ? await StoredLetters.RequeueAsync(settings, queue, arguments.Filter, CancellationToken.None).ConfigureAwait(false)
                : await StoredLetters.DropAsync(settings, queue, arguments.Filter, CancellationToken.None).ConfigureAwait(false);
            var change = new LetterChange(requeue ? "requeued" : "dropped", settings.Path, queue, changed)
            {
                Stay = StoredLetters.Count(settings.Path, queue, arguments.Filter),
            };
            terminal.Output.Write(arguments.Json ? LetterJson.Of(change) : LetterText.Of(change));
            return ExitStatus.Success;
        }
        catch (Exception exception) when (StoreTerminal.IsTold(exception))
        {
            return terminal.Refuse(exception.Message, ExitStatus.Failure);
        }
    }
}
