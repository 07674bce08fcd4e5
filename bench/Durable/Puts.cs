namespace AkkaPipeline.Bench.Durable;

/// <summary>Puts one by one, with so many unconfirmed at a time, and waits for the confirmation of each.</summary>
internal sealed class Puts(IWorkQueue<byte[]> queue)
{
    private const int UnconfirmedMax = 32_768;
    private const int ConfirmedAtOnce = 1024;

    private readonly ValueTask[] puts = new ValueTask[UnconfirmedMax];
    private long put;
    private long confirmed;

    public async ValueTask AddAsync(byte[] item)
    {
        if (put - confirmed == UnconfirmedMax)
            await ConfirmAsync(ConfirmedAtOnce);
#pragma warning disable CA2012 // Each is awaited once, in its turn.
        puts[put++ % UnconfirmedMax] = queue.PutAsync(item);
#pragma warning restore CA2012
    }

    public ValueTask AllConfirmedAsync() => ConfirmAsync(put - confirmed);

    private async ValueTask ConfirmAsync(long count)
    {
        for (; count > 0; count--)
            await puts[confirmed++ % UnconfirmedMax];
    }
}
