using System.Collections.Concurrent;
using Xunit;
using Xunit.Abstractions;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>
/// One key whose items take a second each, among 100,000 fast ones, with 64 consumers: the fast ones finish as if it were
/// not there.
/// </summary>
public sealed class SlowKeyTests(ITestOutputHelper output)
{
    private const int Fast = 100_000;
    private const int Consumers = 64;
    private const double Allowed = 1.05;
    private const string Slow = "slow";

    private static readonly ConcurrentDictionary<(long FastNanoseconds, int Keys), long> Without = [];

    /// <summary>How long a fast item takes, how many keys those have, how many slow items there are.</summary>
    public static TheoryData<long, int, int> Loads { get; } = AllLoads();

    [Theory]
    [MemberData(nameof(Loads))]
    public void The_fast_items_finish_as_if_the_slow_key_were_not_there(long fastNanoseconds, int keys, int slow)
    {
        var without = Without.GetOrAdd((fastNanoseconds, keys), _ => FastDoneAt(fastNanoseconds, keys, 0));
        var with = FastDoneAt(fastNanoseconds, keys, slow);
        var ratio = (double)with / without;
        output.WriteLine(
            $"{fastNanoseconds / 1000} µs, {keys} keys, {slow} slow: {without / 1e6:0.000} ms without, {with / 1e6:0.000} ms with: {ratio:0.000}");
        Assert.True(ratio <= Allowed, $"{ratio:0.000} of the time without it");
    }

    private static TheoryData<long, int, int> AllLoads()
    {
        var loads = new TheoryData<long, int, int>
        {
            { 10 * VirtualTime.Microsecond, Fast, 1 },
            { 100 * VirtualTime.Microsecond, 300, 200 },
            { VirtualTime.Millisecond, 300, 20 },
            { 10 * VirtualTime.Millisecond, Fast, 200 },
        };
        if (LargeRuns.Wanted)
        {
            foreach (var fast in (ReadOnlySpan<long>)[10, 100, 1_000, 10_000])
            {
                loads.Add(fast * VirtualTime.Microsecond, Fast, 20);
                loads.Add(fast * VirtualTime.Microsecond, 300, 1);
                loads.Add(fast * VirtualTime.Microsecond, 64, 200);
            }
        }

        return loads;
    }

    private static long FastDoneAt(long fastNanoseconds, int keys, int slow)
    {
        var every = slow == 0 ? int.MaxValue : (Fast + slow) / slow;
        var plan = new Plan
        {
            Producers = 1,
            Consumers = Consumers,
            Items = Fast + slow,
            Capacity = 65_536,
            Keys = keys + 1,
            ItemAt = number => new WorkItem(number, 0, 0, number % every == every / 2 && number / every < slow ? Slow : $"k{number % keys}"),
            ServiceOf = item => item.Key == Slow ? VirtualTime.Second : fastNanoseconds,
            StepsMax = long.MaxValue,
        };
        var simulation = new Simulation($"{slow} slow items", plan).Run();
        return simulation.Books.Entries.Where(entry => entry.Item.Key != Slow).Max(entry => entry.SettledAt);
    }
}
