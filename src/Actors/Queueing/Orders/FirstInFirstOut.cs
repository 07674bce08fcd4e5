namespace AkkaPipeline.Queueing.Orders;

/// <summary>The oldest first. Returned items were granted before, so they are older than all that wait.</summary>
internal sealed class FirstInFirstOut : IReadyOrder
{
    private readonly Queue<ItemRun> fresh = new();
    private readonly PriorityQueue<ItemRun, long> returned = new();
    private ItemRun head;

    public long Count { get; private set; }

    public long Bytes { get; private set; }

    public void Add(Chunk chunk)
    {
        fresh.Enqueue(new ItemRun(chunk, 0, chunk.Count));
        Count += chunk.Count;
        Bytes += chunk.Bytes;
    }

    public void Return(ItemRun run)
    {
        returned.Enqueue(run, run.FirstSequence);
        Count += run.Count;
        Bytes += RunBytes.Of(run);
    }

    public GrantItems Take(int most)
    {
        var run = returned.Count > 0 ? TakeReturned(most) : TakeFresh(most);
        Count -= run.Count;
        Bytes -= RunBytes.Of(run);
        return new GrantItems(run);
    }

    private ItemRun TakeReturned(int most)
    {
        var run = returned.Dequeue();
        if (run.Count <= most)
        {
            return run;
        }

        var rest = run.From(most);
        returned.Enqueue(rest, rest.FirstSequence);
        return run.First(most);
    }

    private ItemRun TakeFresh(int most)
    {
        if (head.Count == 0)
        {
            head = fresh.Dequeue();
        }

        var run = head.Count <= most ? head : head.First(most);
        head = head.From(run.Count);
        return run;
    }
}
