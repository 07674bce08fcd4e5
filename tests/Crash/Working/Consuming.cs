namespace AkkaPipeline.Crash.Working;

/// <summary>Works on items: tells of each delivery first, then does nothing for a while, then settles it in one of all ways.</summary>
internal sealed class Consuming(WorkerOrder order, LogWriter log)
{
    public async ValueTask ConsumeAsync(Delivery<byte[]> delivery, CancellationToken cancellationToken)
    {
        var number = Delivered(delivery.Item, delivery.Headers, delivery.Sequence, delivery.Attempt, delivery.Id);
        if (Chance(5))
        {
            await BeSlowAsync(number, delivery, cancellationToken);
        }

        var how = Decide(number, delivery.Attempt);
        log.Write(Happening.Ended, number, how, delivery.Attempt, delivery.Sequence);
        switch (how)
        {
            case Ending.Fail when Chance(50):
                delivery.RetryAfter(TimeSpan.FromMilliseconds(Random.Shared.Next(10)));
                break;
            case Ending.Fail:
                throw new IOException("failed on purpose");
            case Ending.Reject:
                delivery.Reject("rejected on purpose");
                break;
            case Ending.Release:
                delivery.Release();
                break;
        }
    }

    /// <summary>Direct gets: their settlements are confirmed one by one.</summary>
    public async Task GetAsync(IWorkQueue<byte[]> queue, int getter)
    {
        while (true)
        {
            using var delivery = await queue.GetAsync();
            var number = Delivered(delivery.Item, delivery.Headers, delivery.Sequence, delivery.Attempt, delivery.Id);
            var how = Decide(number, delivery.Attempt);
            log.Write(Happening.Ended, number, how, delivery.Attempt, delivery.Sequence);
            await (how switch
            {
                Ending.Ack => delivery.AckAsync(),
                Ending.Fail => delivery.FailAsync(new IOException($"failed on purpose by {getter}")),
                Ending.Reject => delivery.RejectAsync("rejected on purpose"),
                _ => delivery.ReleaseAsync(),
            });
            log.Write(Happening.Settled, number, how, delivery.Attempt, delivery.Sequence);
        }
    }

    /// <summary>Cancelled, the item is handed back: the pipeline has failed, as it must when its store has.</summary>
    private async Task BeSlowAsync(long number, Delivery<byte[]> delivery, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Random.Shared.Next(order.SlowMax + 1), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            log.Write(Happening.Ended, number, Ending.Release, delivery.Attempt, delivery.Sequence);
            throw;
        }
    }

    private long Delivered(byte[] item, IReadOnlyDictionary<string, string> headers, long sequence, int attempt, string id)
    {
        var number = Payload.NumberOf(item);
        log.Write(Happening.Delivered, number, Ending.None, attempt, sequence, Payload.HashOf(item, headers), Payload.HashOf(id));
        return number;
    }

    private static Ending Decide(long number, int attempt) => Chance(1) ? Ending.Release : (Payload.Mix((ulong)number + (ulong)attempt) % 100) switch
    {
        < 8 => Ending.Fail,
        < 11 => Ending.Reject,
        _ => Ending.Ack,
    };

    private static bool Chance(int percent) => Random.Shared.Next(100) < percent;
}
