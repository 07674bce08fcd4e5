using AkkaPipeline.Consuming;
using AkkaPipeline.Queueing;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Consuming;

public sealed class PoolStateTests
{
    private readonly RecordedPool pool = new();

    [Fact]
    public void A_pool_grows_by_fresh_places()
    {
        pool.State.Start(2);

        pool.State.Resize(1, 4);

        Assert.Equal(["consumer-0.1", "consumer-1.1", "consumer-2.1", "consumer-3.1"], pool.Living);
        Assert.Equal([1L], pool.Resized);
    }

    [Fact]
    public void A_pool_shrinks_by_its_highest_places_and_has_its_size_when_they_have_stopped()
    {
        pool.State.Start(4);

        pool.State.Resize(1, 2);

        Assert.Equal(["consumer-3.1", "consumer-2.1"], pool.Retiring);
        Finish(3);
        Assert.Empty(pool.Resized);
        Finish(2);
        Assert.Equal([1L], pool.Resized);
        Assert.Equal(["consumer-0.1", "consumer-1.1"], pool.Living);
    }

    [Fact]
    public void A_pool_grows_while_some_retire_and_gives_their_places_to_nobody()
    {
        pool.State.Start(3);
        pool.State.Resize(1, 1);

        pool.State.Resize(2, 3);

        Assert.Equal(["consumer-0.1", "consumer-1.1", "consumer-2.1", "consumer-3.1", "consumer-4.1"], pool.Living);
        Assert.Equal(2, pool.Retiring.Count);
        Finish(1);
        Finish(2);
        Assert.Equal([2L], pool.Resized);
    }

    [Fact]
    public void A_consumer_that_dies_is_replaced_unless_it_retires()
    {
        pool.State.Start(2);
        pool.State.Resize(1, 1);

        Die(new ConsumerKey(0, 1));
        Die(new ConsumerKey(1, 1));

        Assert.Equal(["consumer-0.2"], pool.Living);
        Assert.Equal([1L], pool.Resized);
    }

    [Fact]
    public void A_resize_that_is_heard_twice_or_at_the_end_changes_nothing_but_is_answered()
    {
        pool.State.Start(2);
        pool.State.Resize(1, 3);
        pool.State.Resize(1, 3);
        Assert.Equal(3, pool.Living.Count);

        pool.State.End();
        pool.State.Resize(2, 10);

        Assert.Equal(3, pool.Living.Count);
        Assert.Equal([1L, 2L], pool.Resized);
    }

    [Fact]
    public void A_resize_that_waits_is_answered_by_the_end()
    {
        pool.State.Start(2);
        pool.State.Resize(1, 1);

        pool.State.End();

        Assert.Equal([1L], pool.Resized);
        Die(new ConsumerKey(0, 1));
        Assert.Equal(0, pool.TimesStopped);
        Die(new ConsumerKey(1, 1));
        Assert.Equal(1, pool.TimesStopped);
    }

    /// <summary>Below 40 a resize to that size; else the oldest or a later one of those that retire, or live, ends.</summary>
    [Fact]
    public void Whatever_happens_there_are_as_many_that_work_as_were_asked_for_last() =>
        Gen.Int[0, 79].List[0, 100].Sample(acts =>
        {
            var pool = new RecordedPool();
            pool.State.Start(3);
            var (size, resizes) = (3, 0L);
            foreach (var act in acts)
            {
                if (act < 40)
                {
                    size = act + 1;
                    pool.State.Resize(++resizes, size);
                }
                else if (act < 60 && pool.Retiring.Count > 0)
                {
                    pool.Finish(pool.Retiring[act % pool.Retiring.Count]);
                }
                else
                {
                    pool.Die(pool.Living[act % pool.Living.Count]);
                }

                Assert.Equal(size, pool.Living.Except(pool.Retiring).Count());
                Assert.Equal(pool.Retiring.Count == 0 ? resizes : pool.Resized.LastOrDefault(), pool.Resized.LastOrDefault());
            }
        });

    private void Finish(int index) => pool.Finish(new ConsumerKey(index, 1).ToString());

    private void Die(ConsumerKey consumer) => pool.Die(consumer.ToString());

    private sealed class RecordedPool : IPoolEffects
    {
        private readonly Dictionary<string, ConsumerKey> keys = [];

        public RecordedPool() => State = new PoolState(this);

        public PoolState State { get; }

        public List<string> Living { get; } = [];

        public List<string> Retiring { get; } = [];

        public List<long> Resized { get; } = [];

        public int TimesStopped { get; private set; }

        public void Finish(string consumer)
        {
            State.Retired(keys[consumer]);
            Die(consumer);
        }

        public void Die(string consumer)
        {
            Living.Remove(consumer);
            Retiring.Remove(consumer);
            State.Gone(keys[consumer]);
        }

        void IPoolEffects.Add(ConsumerKey consumer)
        {
            keys.Add(consumer.ToString(), consumer);
            Living.Add(consumer.ToString());
        }

        void IPoolEffects.Replace(ConsumerKey gone, ConsumerKey with) => ((IPoolEffects)this).Add(with);

        void IPoolEffects.Retire(ConsumerKey consumer) => Retiring.Add(consumer.ToString());

        void IPoolEffects.Poison(ConsumerKey consumer) => Assert.Contains(consumer.ToString(), Retiring);

        void IPoolEffects.Resized(long number) => Resized.Add(number);

        void IPoolEffects.Stopped() => TimesStopped++;
    }
}
