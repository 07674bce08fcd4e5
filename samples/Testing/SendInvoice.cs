using AkkaPipeline;

/// <summary>Sends invoices by a mail server that may be down.</summary>
internal sealed class SendInvoice(Func<string, bool> send) : IItemConsumer<string>
{
    public ValueTask ConsumeAsync(Delivery<string> delivery, CancellationToken cancellationToken)
    {
        if (!delivery.Item.Contains('@'))
        {
            delivery.Reject("it has no address");
        }
        else if (!send(delivery.Item))
        {
            throw new TimeoutException("the mail server does not answer");
        }

        return ValueTask.CompletedTask;
    }
}
