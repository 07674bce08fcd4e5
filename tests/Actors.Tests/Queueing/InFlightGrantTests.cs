using AkkaPipeline.Queueing;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Queueing;

public sealed class InFlightGrantTests
{
    /// <summary>Random settlements, beside a set of the indexes that are settled.</summary>
    [Fact]
    public void A_grant_knows_which_of_its_items_are_settled() =>
        Gen.Select(Gen.Int[1, 200], Gen.Select(Gen.Int[-2, 210], Gen.Int[-1, 80]).List[0, 40]).Sample((count, runs) =>
        {
            var grant = GrantOf(count);
            var open = Enumerable.Range(0, count).ToHashSet();
            foreach (var (from, length) in runs)
            {
                var run = new OutcomeRun(from, length, Outcome.Acked);
                var named = Enumerable.Range(from, Math.Max(0, length)).ToArray();
                Assert.Equal(named.Length > 0 && named.All(open.Contains), open.Count > 0 && grant.CanSettle(run));
                if (open.Count == 0 || !grant.CanSettle(run))
                {
                    continue;
                }

                grant.Settle(run);
                open.ExceptWith(named);
                Assert.Equal(open.Count, grant.Unsettled);
                Assert.Equal(open.Order(), grant.UnsettledRuns().SelectMany(part => Enumerable.Range(part.Start, part.Count)));
                Assert.True(open.Count == 0 || (grant.CountsAgree() && grant.FirstUnsettledSequence() == open.Min() + 1));
            }
        });

    [Fact]
    public void A_settlement_beyond_the_grant_is_refused_without_overflow()
    {
        var grant = GrantOf(3);
        Assert.False(grant.CanSettle(new OutcomeRun(1, int.MaxValue, Outcome.Acked)));
        Assert.False(grant.CanSettle(new OutcomeRun(int.MaxValue, 1, Outcome.Acked)));
    }

    private static InFlightGrant GrantOf(int count) => new(
        1,
        new ConsumerDesk.Place(new ConsumerKey(0, 1)),
        1,
        new GrantItems(new ItemRun(PlainChunk.Accepted(count, 1), 0, count)),
        0);
}
