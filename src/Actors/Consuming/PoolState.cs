using AkkaPipeline.Queueing;

namespace AkkaPipeline.Consuming;

/// <summary>
/// A pool of consumers without its actors: which places there are, whose consumer is replaced, and who retires when the
/// pool shrinks. A place that was given up is never used again: its consumer may still be at work.
/// </summary>
/// <param name="effects">The shell.</param>
internal sealed class PoolState(IPoolEffects effects)
{
    private readonly Dictionary<ConsumerKey, Standing> consumers = [];
    private int nextIndex;
    private long resizeAsked;
    private long resizeTold;
    private bool ending;

    private enum Standing
    {
        /// <summary>Takes work; replaced if it dies.</summary>
        Working,

        /// <summary>Finishes what it has.</summary>
        Retiring,
    }

    public void Start(int size) => Add(size);

    /// <summary>
    /// Brings the pool to a size: new places, or the highest retire. Word comes when those have stopped. A pool that ends
    /// stays as it is.
    /// </summary>
    /// <param name="number">Number of the resize, from 1; one that was heard before changes nothing.</param>
    /// <param name="size">How many consumers take work.</param>
    public void Resize(long number, int size)
    {
        if (number > resizeAsked && !ending)
        {
            var working = Count(Standing.Working);
            Add(size - working);
            Retire(working - size);
        }

        resizeAsked = Math.Max(resizeAsked, number);
        TellIfResized();
    }

    /// <summary>A consumer that was to retire has finished what it had.</summary>
    public void Retired(ConsumerKey consumer)
    {
        if (consumers.ContainsKey(consumer))
        {
            effects.Poison(consumer);
        }
    }

    /// <summary>A consumer has stopped.</summary>
    public void Gone(ConsumerKey consumer)
    {
        if (!consumers.Remove(consumer, out var standing))
        {
            return;
        }

        if (!ending && standing == Standing.Working)
        {
            var next = consumer with { Incarnation = consumer.Incarnation + 1 };
            consumers.Add(next, Standing.Working);
            effects.Replace(consumer, next);
        }

        TellIfResized();
        TellIfStopped();
    }

    /// <summary>All are being stopped: nobody is replaced any more.</summary>
    public void End()
    {
        ending = true;
        TellIfResized();
        TellIfStopped();
    }

    private int Count(Standing standing) => consumers.Values.Count(one => one == standing);

    private void Add(int count)
    {
        for (; count > 0; count--)
        {
            var key = new ConsumerKey(nextIndex++, 1);
            consumers.Add(key, Standing.Working);
            effects.Add(key);
        }
    }

    private void Retire(int count)
    {
        var highest = consumers.Where(one => one.Value == Standing.Working).Select(one => one.Key)
            .OrderByDescending(key => key.Index).Take(Math.Max(0, count));
        foreach (var key in highest.ToArray())
        {
            consumers[key] = Standing.Retiring;
            effects.Retire(key);
        }
    }

    private void TellIfResized()
    {
        if (resizeTold < resizeAsked && (ending || Count(Standing.Retiring) == 0))
        {
            resizeTold = resizeAsked;
            effects.Resized(resizeTold);
        }
    }

    private void TellIfStopped()
    {
        if (ending && consumers.Count == 0)
        {
            effects.Stopped();
        }
    }
}

/// <summary>What a pool's core asks its shell to do.</summary>
internal interface IPoolEffects
{
    void Add(ConsumerKey consumer);

    /// <summary>Makes another consumer for the place of one that has gone.</summary>
    void Replace(ConsumerKey gone, ConsumerKey with);

    /// <summary>Tells a consumer to take no more work.</summary>
    void Retire(ConsumerKey consumer);

    /// <summary>Ends a consumer that has nothing left to do.</summary>
    void Poison(ConsumerKey consumer);

    /// <summary>The pool has the size that it was last told.</summary>
    void Resized(long number);

    /// <summary>Every consumer has stopped.</summary>
    void Stopped();
}
