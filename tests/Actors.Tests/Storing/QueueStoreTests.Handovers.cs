using AkkaPipeline.Storing;
using Xunit;

namespace AkkaPipeline.Tests.Storing;

public abstract partial class QueueStoreTests
{
    [Fact]
    public async Task What_is_handed_over_is_there_in_order_until_it_is_taken()
    {
        var outputs = Outputs("a", "b", "c");
        await CommitAsync(new StoreBatch { HandedOver = new HandoverPart("parcels", outputs) });
        await CommitAsync(new StoreBatch { HandedOver = new HandoverPart("letters", Outputs("x")) });
        Assert.True(outputs.Zip(outputs.Skip(1)).All(pair => pair.First.Number < pair.Second.Number));
        await ReopenAsync();
        Assert.Equal(["a", "b", "c"], await HandedOverAsync("parcels"));

        await CommitAsync(new StoreBatch { HandoverTaken = new HandoverTaken("parcels", outputs[2].Number) });
        Assert.Equal(["c"], await HandedOverAsync("parcels"));
        await ReopenAsync();
        Assert.Equal(["c"], await HandedOverAsync("parcels"));
        Assert.Equal(["x"], await HandedOverAsync("letters"));
        Assert.Empty(await HandedOverAsync("bills"));
    }

    [Fact]
    public async Task What_comes_later_has_higher_numbers_though_all_before_was_taken()
    {
        var before = Outputs("a");
        await CommitAsync(new StoreBatch { HandedOver = new HandoverPart("parcels", before) });
        await CommitAsync(new StoreBatch { HandoverTaken = new HandoverTaken("parcels", before[0].Number + 1) });
        var after = Outputs("b");
        await CommitAsync(new StoreBatch { HandedOver = new HandoverPart("parcels", after) });

        Assert.True(after[0].Number > before[0].Number);
        Assert.Equal(["b"], await HandedOverAsync("parcels"));
    }

    private async Task<IEnumerable<string>> HandedOverAsync(string handover) =>
        (await store.ReadHandoverAsync(handover, 100, default)).Select(output => System.Text.Encoding.UTF8.GetString(output.Payload.At(0).Span));

    private static HandedOver[] Outputs(params string[] texts) => [.. texts.Select(text =>
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return new HandedOver<string>(text, new EncodedItems(StoreItems.Codec, bytes, [bytes.Length]));
    })];
}
