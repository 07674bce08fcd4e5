using AkkaPipeline.Storing;
using Xunit;

namespace AkkaPipeline.Tests.Storing;

public sealed class PayloadBlockTests
{
    [Fact]
    public void Bytes_are_used_again_once_the_last_who_holds_them_lets_go()
    {
        var bytes = new byte[3];
        var given = new List<byte[]>();
        var block = new PayloadBlock(bytes, given.Add);
        block.Hold();
        block.LetGo();
        Assert.Empty(given);
        block.LetGo();
        Assert.Same(bytes, Assert.Single(given));
    }

    [Fact]
    public void A_part_shares_its_bytes_and_a_single_item_has_its_own()
    {
        byte[] bytes = [1, 2, 2];
        var items = new EncodedItems(StoreItems.Codec, bytes, [1, 3]) { Block = new PayloadBlock(bytes, _ => { }) };
        var (part, only) = (items.Part(1, 1), items.Only(1));
        bytes[1] = 7;
        Assert.Equal((7, items.Block), (part.At(0).Span[0], part.Block));
        Assert.Equal((2, null), (only.At(0).Span[0], only.Block));
        Assert.Equal(2, only.At(0).Length);
    }
}
