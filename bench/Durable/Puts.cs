namespace AkkaPipeline.Bench.Durable;

/// <summary>
/// Puts one by one, with so many unconfirmed at a time, and waits for the confirmation of each. Others may wait for that too.
/// </summary>
internal sealed class Puts(IWorkQueue<byte[]> queue)
{
    private const int UnconfirmedMax = 16_384;
    private const int ConfirmedAtOnce = 1024;

    private readonly ValueTask[] puts = new ValueTask[UnconfirmedMax];
    private long put;
    private long confirmed;
    private volatile TaskCompletionSource more = New();

    public async ValueTask AddAsync(byte[] item)
    {
        if (put - confirmed == UnconfirmedMax)
            await ConfirmAsync(ConfirmedAtOnce);
#pragma warning disable CA2012 // Each is awaited once, in its turn.
        puts[put++ % UnconfirmedMax] = queue.PutAsync(item);
#pragma warning restore CA2012
    }

    /// <summary>Whether the put of an item, counted from 0, is confirmed.</summary>
    public bool IsConfirmed(long number) => number < Volatile.Read(ref confirmed);

    public async ValueTask UntilConfirmedAsync(long number)
    {
        while (true)
        {
            Task next = more.Task;
            if (IsConfirmed(number))
                return;
            await next;
        }
    }

    public ValueTask AllConfirmedAsync() => ConfirmAsync(put - confirmed);

    private async ValueTask ConfirmAsync(long count)
    {
        long upTo = confirmed + count;
        for (long number = confirmed; number < upTo; number++)
            await puts[number % UnconfirmedMax];
        Volatile.Write(ref confirmed, upTo);
        TaskCompletionSource told = more;
        more = New();
        told.SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
