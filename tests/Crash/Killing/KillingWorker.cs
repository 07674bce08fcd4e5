using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Configuration;

namespace AkkaPipeline.Crash.Killing;

/// <summary>The process that its items kill. It prints its dead letters when everything is settled.</summary>
internal static class KillingWorker
{
    public const string DoneFile = "done";
    private const int Consumers = 8;

    private static int depth;

    public static async Task<int> RunAsync(string folder, KillingCase what)
    {
        using var system = ActorSystem.Create("killing", ConfigurationFactory.ParseString(
            """akka { loglevel = ERROR, stdout-loglevel = OFF, log-dead-letters = off }"""));
        using var done = new FileStream(Path.Combine(folder, DoneFile), FileMode.Append, FileAccess.Write, FileShare.Read, 0);
        var killers = what.Killers().ToHashSet();
        var letters = new LetterSink(folder);
        var builder = Pipeline.Create<int>(system, "killing").DeadLettersTo(letters);
        var store = Path.Combine(folder, "queue.db");
        _ = what.Checkpointed ? builder.Checkpointed(store).From(new Numbers(KillingCase.Items)) : builder.Durable(store);
        if (what.Attempts > 1)
        {
            builder.Retry(what.Attempts, RetryBackoff.None);
        }

        builder.Consume(Consumers, async (delivery, _) =>
        {
            if (killers.Contains(delivery.Item))
            {
                // As many begin beside it as can.
                await Task.Yield();
                Kill(delivery.Item);
            }

            await Task.Delay(1, CancellationToken.None);
            lock (done)
            {
                done.Write(System.Text.Encoding.ASCII.GetBytes(delivery.Item.ToString(CultureInfo.InvariantCulture) + "\n"));
            }
        });

        if (what.Checkpointed)
        {
            await builder.RunToCompletionAsync();
        }
        else
        {
            await using var running = await builder.StartAsync();
            for (var item = 0; item < KillingCase.Items; item++)
            {
                await running.Queue.PutAsync(item, item.ToString(CultureInfo.InvariantCulture));
            }

            await running.CompleteAsync();
        }

        // What earlier runs have written to the sink is in its file.
        var written = LetterSink.PathIn(folder);
        foreach (var line in File.Exists(written) ? File.ReadLines(written).Distinct() : [])
        {
            Console.WriteLine(line);
        }

        return 0;
    }

    private static void Kill(int item)
    {
        switch (item % 3)
        {
            case 0:
                Environment.FailFast("an item kills the process");
                break;
            case 1:
                Overflow();
                break;
            default:
                Process.GetCurrentProcess().Kill();
                Thread.SpinWait(int.MaxValue);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    private static int Overflow() => depth++ < 0 ? 0 : Overflow() + 1;
}
