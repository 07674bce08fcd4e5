using AkkaPipeline.Consuming;
using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Consuming;

public sealed class ItemWatchTests
{
    [Fact]
    public void How_code_has_ended_that_was_given_up_is_told_once()
    {
        var clock = new FakeTimeProvider();
        var second = TimeSpan.FromSeconds(1);
        var watch = new ItemWatch<int>(new TimeoutSettings(second, second, 1), clock);
        var chunk = new Chunk<int>(7, 0, null);
        var items = new GrantItems(new ItemRun(chunk, 0, 1));
        var grant = new QueueProtocol.Grant(new ConsumerKey(0, 1), 1, 1, 1, items, new QueueIdentity("orders", "1"));
        watch.Begin(new GrantedWork<int>(grant, (_, _) => { }), 0, clock.GetTimestamp());
        clock.Advance(second);
        Assert.Equal(ItemEnd.TimedOut, watch.Look().Now);
        clock.Advance(second);
        Assert.Equal(ItemEnd.GivenUp, watch.Look().Now);

        Assert.Equal(ItemEnd.GivenUp, watch.End());
        Assert.Equal(ItemEnd.InTime, watch.End());
    }
}
