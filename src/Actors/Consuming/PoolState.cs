using AkkaPipeline.Queueing;

namespace AkkaPipeline.Consuming;

/// <summary>
/// A pool of consumers without its actors: which places there are, whose consumer is replaced, who retires when the pool
/// shrinks, and how many were given up. A place that was retired is never used again: its consumer may still be at work.
/// </summary>
/// <param name="effects">The shell.</param>
/// <param name="abandonedMax">How many consumers may run code that does not return before no more are replaced.</param>
internal sealed class PoolState(IPoolEffects effects, int abandonedMax = int.MaxValue)
{
    private readonly Dictionary<ConsumerKey, Standing> consumers = [];
    private readonly Queue<ConsumerKey> missing = new();
    private readonly int[] count = new int[Enum.GetValues<Standing>().Length];
    private long abandonedAllowed = abandonedMax;
    private int nextIndex;
    private long resizeAsked;
    private long resizeTold;
    private (int Working, int Abandoned) told;
    private int pausedAt;
    private bool ending;

    private enum Standing
    {
        /// <summary>Takes work; replaced if it dies.</summary>
        Working,

        /// <summary>Finishes what it has.</summary>
        Retiring,

        /// <summary>Runs code that has not heeded its timeout. It takes no more work, and its place is another's.</summary>
        Abandoned,

        /// <summary>Was abandoned, and its code has returned: it finishes what it has.</summary>
        Returned,
    }

    public void Start(int size)
    {
        AddPlaces(size);
        TellHowItStands();
    }

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
            var surplus = Count(Standing.Working) + missing.Count - size;
            AddPlaces(-surplus);
            for (; surplus > 0 && missing.Count > 0; surplus--)
            {
                missing.Dequeue();
            }

            Retire(surplus);
        }

        resizeAsked = Math.Max(resizeAsked, number);
        TellIfResized();
        TellHowItStands();
    }

    /// <summary>A consumer that was to take no more work has finished what it had.</summary>
    public void Retired(ConsumerKey consumer)
    {
        if (consumers.ContainsKey(consumer))
        {
            effects.Poison(consumer);
        }
    }

    /// <summary>A consumer runs code that has not heeded its timeout.</summary>
    public void Abandoned(ConsumerKey consumer)
    {
        if (!consumers.TryGetValue(consumer, out var before) || before is Standing.Abandoned or Standing.Returned)
        {
            return;
        }

        Set(consumer, Standing.Abandoned);
        if (before == Standing.Working)
        {
            missing.Enqueue(Next(consumer));
        }

        AddMissing();
        TellIfResized();
        TellHowItStands();
    }

    /// <summary>That code has returned.</summary>
    public void Returned(ConsumerKey consumer)
    {
        if (consumers.GetValueOrDefault(consumer) == Standing.Abandoned)
        {
            Set(consumer, Standing.Returned);
            AddMissing();
            TellHowItStands();
        }
    }

    /// <summary>Somebody wants to go on in spite of the code that does not return: as many again may be abandoned.</summary>
    public void Resume()
    {
        if (pausedAt > 0)
        {
            abandonedAllowed = (long)Count(Standing.Abandoned) + abandonedMax;
            AddMissing();
            TellHowItStands();
        }
    }

    /// <summary>A consumer has stopped.</summary>
    public void Gone(ConsumerKey consumer)
    {
        if (!consumers.Remove(consumer, out var standing))
        {
            return;
        }

        count[(int)standing]--;
        if (!ending && standing == Standing.Working)
        {
            Set(Next(consumer), Standing.Working);
            effects.Replace(consumer, Next(consumer));
        }

        AddMissing();
        TellIfResized();
        TellHowItStands();
        TellIfStopped();
    }

    /// <summary>All are being stopped: nobody is replaced any more.</summary>
    public void End()
    {
        ending = true;
        TellIfResized();
        TellIfStopped();
    }

    private static ConsumerKey Next(ConsumerKey consumer) => consumer with { Incarnation = consumer.Incarnation + 1 };

    private int Count(Standing standing) => count[(int)standing];

    private void Set(ConsumerKey consumer, Standing standing)
    {
        if (consumers.TryGetValue(consumer, out var before))
        {
            count[(int)before]--;
        }

        consumers[consumer] = standing;
        count[(int)standing]++;
    }

    private void Add(ConsumerKey consumer)
    {
        Set(consumer, Standing.Working);
        effects.Add(consumer);
    }

    private void AddPlaces(int places)
    {
        for (; places > 0; places--)
        {
            Add(new ConsumerKey(nextIndex++, 1));
        }
    }

    /// <summary>Makes the replacements of the abandoned, or stops the flow where there are too many of those.</summary>
    private void AddMissing()
    {
        var abandoned = Count(Standing.Abandoned);
        // What has returned since it was told to go on is allowed no second time.
        abandonedAllowed = Math.Clamp(abandonedAllowed, abandonedMax, (long)abandoned + abandonedMax);
        if (!ending && abandoned >= abandonedAllowed)
        {
            Pause(abandoned);
        }
        else if (!ending)
        {
            while (missing.TryDequeue(out var consumer))
            {
                Add(consumer);
            }

            Pause(0);
        }
    }

    private void Pause(int abandoned)
    {
        if (abandoned == pausedAt)
        {
            return;
        }

        pausedAt = abandoned;
        if (abandoned == 0)
        {
            effects.Resume();
        }
        else
        {
            effects.Pause(abandoned);
        }
    }

    private void Retire(int places)
    {
        var highest = consumers.Where(one => one.Value == Standing.Working).Select(one => one.Key)
            .OrderByDescending(key => key.Index).Take(Math.Max(0, places));
        foreach (var key in highest.ToArray())
        {
            Set(key, Standing.Retiring);
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

    private void TellHowItStands()
    {
        var now = (Count(Standing.Working), Count(Standing.Abandoned));
        if (now != told)
        {
            told = now;
            effects.Stands(now.Item1, now.Item2);
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

    /// <summary>Grants are to stop: so many consumers run code that does not return that their places stay empty.</summary>
    void Pause(int abandoned);

    /// <summary>Grants may go on.</summary>
    void Resume();

    /// <summary>The pool has the size that it was last told.</summary>
    void Resized(long number);

    /// <summary>How many take work, and how many run code that was given up.</summary>
    void Stands(int consumers, int abandoned);

    /// <summary>Every consumer has stopped.</summary>
    void Stopped();
}
