namespace AkkaPipeline.Bench.Durable;

/// <summary>Puts one by one, and waits for the confirmation of each.</summary>
internal static class Puts
{
    public static async Task AllAsync(IWorkQueue<byte[]> queue, byte[][] items)
    {
#pragma warning disable CA2012 // Each is awaited once, below.
        var confirming = new ValueTask[items.Length];
        for (int index = 0; index < items.Length; index++)
            confirming[index] = queue.PutAsync(items[index]);
#pragma warning restore CA2012

        foreach (ValueTask put in confirming)
            await put;
    }
}
