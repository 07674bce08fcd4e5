namespace AkkaPipeline.Tests.Scenarios;

/// <summary>Whole numbers from 0; tells how far it was read, and how far ahead of its consumers at most.</summary>
internal sealed class CountedSource(int items)
{
    private int count;
    private int consumed;
    private int leadMax;

    public int Count => Volatile.Read(ref count);

    public int LeadMax => Volatile.Read(ref leadMax);

    public void Consumed() => Interlocked.Increment(ref consumed);

    public IEnumerable<int> Read()
    {
        while (count < items)
        {
            leadMax = Math.Max(leadMax, count + 1 - Volatile.Read(ref consumed));
            yield return count++;
        }
    }

    public async IAsyncEnumerable<int> ReadAsync()
    {
        foreach (var item in Read())
        {
            if (item % 7 == 0)
            {
                await Task.Yield();
            }

            yield return item;
        }
    }

    public async IAsyncEnumerable<int> ReadOnceOpen(Gate gate)
    {
        await gate.Opened;
        foreach (var item in Read())
        {
            yield return item;
        }
    }
}
