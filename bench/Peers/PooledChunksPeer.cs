using System.Threading.Channels;
using AkkaPipeline.Bench.Measuring;

namespace AkkaPipeline.Bench.Peers;

/// <summary>
/// The limit: arrays of 1024 items that go round between a channel of full ones and a channel of empty ones, one
/// acknowledgement a chunk. No order, no counts, no watching: what anything with more duties is measured by.
/// </summary>
internal sealed class PooledChunksPeer<T>(int lapsPerRound) : ISubject<T>
{
    private const int ItemsPerChunk = 1024;
    private const int ChunksMax = 32;

    public string Name => "pooled-chunks";

    public SubjectKind Kind => SubjectKind.Limit;

    public int LapsPerRound { get; } = lapsPerRound;

    public async Task RunAsync(Workload<T> workload)
    {
        var full = Channel.CreateUnbounded<Chunk>(new UnboundedChannelOptions { SingleWriter = true });
        var empty = Channel.CreateUnbounded<Chunk>(new UnboundedChannelOptions { SingleReader = true });
        for (int chunks = 0; chunks < ChunksMax; chunks++)
            empty.Writer.TryWrite(new Chunk());

        var pending = new PendingCounter();
        Task[] readers =
        [
            .. Enumerable.Range(0, MemoryScenario.Consumers)
                .Select(_ => Task.Run(() => ReadAsync(full.Reader, empty.Writer, workload.Consume, pending))),
        ];

        await WriteAsync(workload.Source, full.Writer, empty.Reader, pending);
        await pending.JoinAsync();
        full.Writer.Complete();
        await Task.WhenAll(readers);
    }

    private static async Task WriteAsync(
        IEnumerable<T> source,
        ChannelWriter<Chunk> full,
        ChannelReader<Chunk> empty,
        PendingCounter pending)
    {
        using IEnumerator<T> items = source.GetEnumerator();
        while (true)
        {
            // The empty chunks are the back-pressure.
            Chunk chunk = empty.TryRead(out Chunk? ready) ? ready : await empty.ReadAsync();
            chunk.Fill(items);
            if (chunk.Count == 0)
                return;

            pending.Put(chunk.Count);
            full.TryWrite(chunk);
        }
    }

    private static async Task ReadAsync(
        ChannelReader<Chunk> full,
        ChannelWriter<Chunk> empty,
        Func<T, CancellationToken, ValueTask> consume,
        PendingCounter pending)
    {
        while (await full.WaitToReadAsync())
        {
            while (full.TryRead(out Chunk? chunk))
            {
                for (int index = 0; index < chunk.Count; index++)
                {
                    ValueTask done = consume(chunk.Items[index], CancellationToken.None);
                    if (!done.IsCompletedSuccessfully)
                        await done;
                }

                pending.Done(chunk.Count);
                empty.TryWrite(chunk);
            }
        }
    }

    private sealed class Chunk
    {
        public T[] Items { get; } = new T[ItemsPerChunk];

        public int Count { get; private set; }

        public void Fill(IEnumerator<T> source)
        {
            T[] items = Items;
            int count = 0;
            while (count < items.Length && source.MoveNext())
                items[count++] = source.Current;
            Count = count;
        }
    }
}
