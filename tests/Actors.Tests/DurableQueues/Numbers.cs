using System.Globalization;

namespace AkkaPipeline.Tests.DurableQueues;

/// <summary>The numbers from 0, as a source that can be read again from anywhere.</summary>
internal sealed class Numbers(int count) : IEnumerable<int>, IReplayableSource
{
    private int first;

    public string PositionAt(long number) => number.ToString(CultureInfo.InvariantCulture);

    public void ResumeAt(string position, long number) => first = int.Parse(position, CultureInfo.InvariantCulture);

    public void Forget(long below)
    {
    }

    public IEnumerator<int> GetEnumerator() => Enumerable.Range(first, count - first).GetEnumerator();

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
}
