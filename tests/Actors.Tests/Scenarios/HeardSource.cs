using System.Collections;

namespace AkkaPipeline.Tests.Scenarios;

/// <summary>A source that keeps what it hears of its items, by their numbers.</summary>
internal sealed class HeardSource(IEnumerable<int> items) : IEnumerable<int>, ISettledSource
{
    private readonly Lock gate = new();
    private readonly List<long> heard = [];
    private long watermark;

    public IReadOnlyList<long> Heard
    {
        get
        {
            lock (gate)
            {
                return [.. heard];
            }
        }
    }

    public long Watermark => Volatile.Read(ref watermark);

    public void OnSettled(long first, int count, long settledBelow)
    {
        lock (gate)
        {
            heard.AddRange(Enumerable.Range(0, count).Select(index => first + index));
        }

        Volatile.Write(ref watermark, settledBelow);
    }

    public IEnumerator<int> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
