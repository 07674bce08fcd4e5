namespace AkkaPipeline.Tests.Scenarios;

/// <summary>What a consumer was given, in the order in which it was, with the time of a test's clock.</summary>
internal sealed class Journal<T>(TimeProvider? clock = null)
{
    private readonly Lock gate = new();
    private readonly List<Started<T>> started = [];
    private readonly List<(int Wanted, TaskCompletionSource Has)> waiting = [];
    private readonly DateTimeOffset beginning = clock?.GetUtcNow() ?? default;

    public IReadOnlyList<Started<T>> Started
    {
        get
        {
            lock (gate)
            {
                return [.. started];
            }
        }
    }

    public IEnumerable<T> Items => Started.Select(one => one.Item);

    public void Note(Delivery<T> delivery)
    {
        lock (gate)
        {
            var at = clock?.GetUtcNow() - beginning ?? default;
            started.Add(new Started<T>(delivery.Item, delivery.Id, delivery.Sequence, delivery.Attempt, at));
            foreach (var (wanted, has) in waiting)
            {
                if (started.Count >= wanted)
                {
                    has.TrySetResult();
                }
            }
        }
    }

    /// <summary>A consumer that is done with what it is given.</summary>
    public ValueTask Done(Delivery<T> delivery, CancellationToken cancellationToken)
    {
        Note(delivery);
        return ValueTask.CompletedTask;
    }

    /// <summary>Completes when so many have been started.</summary>
    public Task HasAsync(int count)
    {
        var has = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            waiting.Add((count, has));
            if (started.Count >= count)
            {
                has.TrySetResult();
            }
        }

        return has.Task.Soon();
    }
}

/// <summary>One attempt at an item.</summary>
internal sealed record Started<T>(T Item, string Id, long Sequence, int Attempt, TimeSpan At);
