using System.Threading.Channels;
using AkkaPipeline.Bench.Measuring;

namespace AkkaPipeline.Bench.Peers;

/// <summary>The program that people write: a channel, four readers, a counter of what is pending.</summary>
internal sealed class ChannelPeer<T> : ISubject<T>
{
    private readonly Func<Channel<T>> createChannel;

    private ChannelPeer(string name, int lapsPerRound, Func<Channel<T>> createChannel)
    {
        Name = name;
        LapsPerRound = lapsPerRound;
        this.createChannel = createChannel;
    }

    public string Name { get; }

    public SubjectKind Kind => SubjectKind.Channel;

    public int LapsPerRound { get; }

    public static ChannelPeer<T> Bounded(int capacity, int lapsPerRound) =>
        new($"channel-{capacity}", lapsPerRound, () => Channel.CreateBounded<T>(
            new BoundedChannelOptions(capacity) { SingleWriter = true }));

    public static ChannelPeer<T> Unbounded(int lapsPerRound) =>
        new("channel-unbounded", lapsPerRound, () => Channel.CreateUnbounded<T>(
            new UnboundedChannelOptions { SingleWriter = true }));

    public async Task RunAsync(Workload<T> workload)
    {
        Channel<T> channel = createChannel();
        var pending = new PendingCounter();
        Task[] readers =
        [
            .. Enumerable.Range(0, MemoryScenario.Consumers)
                .Select(_ => Task.Run(() => ReadAsync(channel.Reader, workload.Consume, pending))),
        ];

        foreach (T item in workload.Source)
        {
            pending.Put();
            if (!channel.Writer.TryWrite(item))
                await channel.Writer.WriteAsync(item);
        }

        await pending.JoinAsync();
        channel.Writer.Complete();
        await Task.WhenAll(readers);
    }

    private static async Task ReadAsync(
        ChannelReader<T> reader,
        Func<T, CancellationToken, ValueTask> consume,
        PendingCounter pending)
    {
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out T? item))
            {
                await consume(item, CancellationToken.None);
                pending.Done();
            }
        }
    }
}
