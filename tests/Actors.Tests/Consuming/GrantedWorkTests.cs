using AkkaPipeline.Consuming;
using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;
using Xunit;

namespace AkkaPipeline.Tests.Consuming;

public sealed class GrantedWorkTests
{
    [Fact]
    public void An_item_that_was_taken_back_with_those_behind_it_is_not_taken_back_again()
    {
        var work = Granted(["a", "b", "c", "d"]);
        work.Range.Claim(1);

        Assert.Equal((1, 4), work.TakeBackFrom(1));
        Assert.Equal((1, 1), work.TakeBackFrom(3));
        Assert.Equal(0, work.Range.Unclaimed);
    }

    [Fact]
    public void A_tail_of_one_key_that_has_not_been_started_is_given_back_whole()
    {
        var work = Granted(["slow", "a", "a", "a", "a", "a"]);
        work.Range.Claim(1);

        Assert.Equal((1, 6), GiveBack(work));
    }

    [Fact]
    public void Of_a_key_that_has_been_started_nothing_is_given_back()
    {
        var work = Granted(["a", "a", "a", "a", "b", "b"]);
        work.Range.Claim(1);

        Assert.Equal((4, 6), GiveBack(work));
        Assert.Equal((4, 4), GiveBack(work));
    }

    private static (int From, int To) GiveBack(GrantedWork<int> work) =>
        work.Range.TakeBack(static unclaimed => (unclaimed + 1) / 2, work.TailAtKey);

    private static GrantedWork<int> Granted(string[] keys)
    {
        var pool = new ItemBufferPool<int>(new ItemMeasures<int>(null, null, number => keys[number]));
        var buffer = pool.Rent();
        for (var number = 0; number < keys.Length; number++)
        {
            buffer.Add(number, pool.Measures.Of(number));
        }

        var chunk = buffer.CutChunk(keys.Length)!;
        chunk.Accept(new ProducerKey(0, 1), 0, 1);
        return new GrantedWork<int>(
            new QueueProtocol.Grant(
                new ConsumerKey(0, 1), 1, 1, 1, new GrantItems(new ItemRun(chunk, 0, keys.Length)), new QueueIdentity("tested", "1")),
            (_, _) => { });
    }
}
