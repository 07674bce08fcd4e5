namespace AkkaPipeline.Crash.Working;

/// <summary>Puts in all ways, and joins: tells before and after each.</summary>
internal sealed class Putting(IWorkQueue<byte[]> queue, WorkerOrder order, LogWriter log)
{
    private readonly long[] counts = [.. Enumerable.Repeat(order.FirstCount, Payload.Producers)];
    private volatile TaskCompletionSource? joining;

    /// <summary>One producer, until the process is killed.</summary>
    public async Task RunAsync(int producer)
    {
        var random = new Random((order.Seed * 31) + producer);
        foreach (var number in order.Again.Where(number => number >> 40 == producer))
        {
            await PutByIdAsync(number);
        }

        while (true)
        {
            if (joining is { } wait)
            {
                await wait.Task;
            }

            switch (random.Next(10))
            {
                case < 5:
                    await BurstAsync(producer, random.Next(1, 64));
                    break;
                case < 8:
                    await PutByIdAsync(Next(producer));
                    break;
                case < 9:
                    await TryAsync(Next(producer));
                    break;
                default:
                    await LaterAsync(Next(producer), random.Next(20));
                    break;
            }

            if (random.Next(3) == 0)
            {
                await Task.Delay(random.Next(4));
            }
        }
    }

    /// <summary>Now and then producers wait until everything is settled.</summary>
    public async Task JoinAsync()
    {
        while (order.Consumers > 0)
        {
            await Task.Delay(Random.Shared.Next(100));
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            joining = done;
            log.Write(Happening.Joining);
            await queue.JoinAsync();
            log.Write(Happening.Joined);
            joining = null;
            done.SetResult();
        }
    }

    private long Next(int producer) => Payload.Number(producer, counts[producer]++);

    private async Task BurstAsync(int producer, int count)
    {
        var puts = new (long Number, Task Put)[count];
        for (var index = 0; index < count; index++)
        {
            var number = Next(producer);
            log.Write(Happening.Putting, number);
            puts[index] = (number, queue.PutAsync(Payload.Of(number), new PutOptions { Headers = Payload.HeadersOf(number) }).AsTask());
        }

        foreach (var (number, put) in puts)
        {
            await TellAsync(number, async () =>
            {
                await put;
                return Happening.Confirmed;
            });
        }
    }

    private Task PutByIdAsync(long number)
    {
        log.Write(Happening.Putting, number, id: 1);
        return TellAsync(number, async () =>
        {
            var options = new PutOptions { Headers = Payload.HeadersOf(number) };
            var outcome = await queue.PutAsync(Payload.Of(number), Payload.IdOf(number), options);
            log.Write(Happening.Confirmed, number, attempt: outcome == PutOutcome.Accepted ? 1 : 2);
            return null;
        });
    }

    private Task TryAsync(long number)
    {
        log.Write(Happening.Putting, number, id: 2);
        return TellAsync(number, async () =>
            await queue.TryPutAsync(Payload.Of(number)) ? Happening.Confirmed : Happening.Refused);
    }

    /// <summary>Where an order is kept by key, an item for later would stand aside from it.</summary>
    private Task LaterAsync(long number, int milliseconds)
    {
        log.Write(Happening.Putting, number);
        return TellAsync(number, async () =>
        {
            var due = order.InOrder ? (DateTimeOffset?)null : TimeProvider.System.GetUtcNow().AddMilliseconds(milliseconds);
            await queue.PutAsync(Payload.Of(number), new PutOptions { NotBefore = due, Headers = Payload.HeadersOf(number) });
            return Happening.Confirmed;
        });
    }

    private async Task TellAsync(long number, Func<Task<Happening?>> put)
    {
        try
        {
            if (await put() is { } outcome)
            {
                log.Write(outcome, number);
            }
        }
        catch (Exception failure) when (failure is StoreException or QueueShutDownException or PipelineFailedException)
        {
            log.Write(Happening.PutFailed, number);
            await Task.Delay(20);
        }
    }
}
