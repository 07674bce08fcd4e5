using System.Runtime.CompilerServices;
using AkkaPipeline;

/// <summary>What is to be done.</summary>
internal sealed record Invoice(int Number)
{
    public static async IAsyncEnumerable<Invoice> ToSendAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var number = 1; number <= 100; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            yield return new Invoice(number);
        }
    }
}

/// <summary>Something scoped, as a DbContext is: opened for one invoice, closed after it.</summary>
internal sealed class Mailbox : IAsyncDisposable
{
    private bool closed;

    public ValueTask SendAsync(Invoice invoice, int attempt)
    {
        ObjectDisposedException.ThrowIf(closed, this);
        return invoice.Number switch
        {
            13 => throw new FormatException("nobody has this address"),
            50 when attempt == 1 => throw new IOException("the line was cut"),
            _ => ValueTask.CompletedTask,
        };
    }

    public ValueTask DisposeAsync()
    {
        closed = true;
        return ValueTask.CompletedTask;
    }
}

/// <summary>The work on one invoice.</summary>
internal sealed class SendInvoice(Mailbox mailbox) : IItemConsumer<Invoice>
{
    public ValueTask ConsumeAsync(Delivery<Invoice> delivery, CancellationToken cancellationToken) =>
        mailbox.SendAsync(delivery.Item, delivery.Attempt);
}
