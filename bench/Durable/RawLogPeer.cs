using System.Buffers.Binary;
using AkkaPipeline.Bench.Measuring;

namespace AkkaPipeline.Bench.Durable;

/// <summary>
/// The limit: each item and its length into a buffer, one append and one sync for 8,192 of them, then the work on each. No
/// order, no acks, nothing to recover by.
/// </summary>
internal sealed class RawLogPeer(string folder) : ISubject<byte[]>
{
    private const int ItemsPerSync = 8192;

    public string Name => "raw-log";

    public SubjectKind Kind => SubjectKind.Limit;

    public int LapsPerRound => 1;

    public Task RunAsync(Workload<byte[]> workload) => Task.Run(() =>
    {
        using var scratch = new ScratchFolder(folder);
        using var log = new SyncedLog(scratch["log"]);
        var buffer = new byte[ItemsPerSync * (sizeof(int) + BytesWorkload.Bytes)];
        var waiting = new List<byte[]>(ItemsPerSync);
        int used = 0;
        foreach (byte[] item in workload.Source)
        {
            BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(used), item.Length);
            item.CopyTo(buffer, used + sizeof(int));
            used += sizeof(int) + item.Length;
            waiting.Add(item);
            if (waiting.Count == ItemsPerSync)
                Sync();
        }

        Sync();

        void Sync()
        {
            log.Append(buffer.AsSpan(0, used));
            waiting.ForEach(workload.Handle);
            waiting.Clear();
            used = 0;
        }
    });
}
