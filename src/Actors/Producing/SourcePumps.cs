using System.Diagnostics;

namespace AkkaPipeline.Producing;

/// <summary>Reads an enumerable.</summary>
internal sealed class EnumerablePump<T>(IEnumerable<T> source, ItemBufferPool<T> pool) : SourcePump<T>(pool)
{
    private IEnumerator<T>? enumerator;

    protected override ValueTask<bool> ReadAsync()
    {
        enumerator ??= source.GetEnumerator();
        Begin();
        var startedAt = Stopwatch.GetTimestamp();
        while (enumerator.MoveNext())
        {
            if (Publish(Checked.Item(enumerator.Current)))
            {
                HandOver();
                Adapt(startedAt);
                return ValueTask.FromResult(true);
            }
        }

        return ValueTask.FromResult(false);
    }

    protected override ValueTask CloseAsync()
    {
        enumerator?.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Reads an asynchronous enumerable; hands over what it has whenever the source makes it wait.</summary>
internal sealed class AsyncEnumerablePump<T>(IAsyncEnumerable<T> source, ItemBufferPool<T> pool) : SourcePump<T>(pool)
{
    private IAsyncEnumerator<T>? enumerator;

    protected override bool ReadsAhead => enumerator is not null && source is IReadsAhead;

    protected override async ValueTask<bool> ReadAsync()
    {
        enumerator ??= source.GetAsyncEnumerator(Stopping);
        Begin();
        var startedAt = Stopwatch.GetTimestamp();
        while (true)
        {
            var next = enumerator.MoveNextAsync();
            if (!next.IsCompleted)
            {
                HandOver();
                Begin();
            }

            if (!await next.ConfigureAwait(false))
            {
                return false;
            }

            if (Publish(Checked.Item(enumerator.Current)))
            {
                HandOver();
                Adapt(startedAt);
                return true;
            }
        }
    }

    protected override ValueTask CloseAsync() => enumerator?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>Null is no item.</summary>
internal static class Checked
{
    public static T Item<T>(T item) =>
        item is null ? throw new InvalidOperationException("The source yielded null, which is not an item.") : item;
}
