using System.Diagnostics;

namespace AkkaPipeline.Host.Tests.Program;

/// <summary>How long a test waits for what must come: long enough for a busy machine, but not for ever.</summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(5);

    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        long startedAt = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(startedAt) > Limit)
            {
                throw new TimeoutException($"Not in {Limit.TotalSeconds} s: {what}.");
            }

            await Task.Delay(LookInterval);
        }
    }
}
