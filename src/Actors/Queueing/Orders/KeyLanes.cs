namespace AkkaPipeline.Queueing.Orders;

/// <summary>
/// One lane a key: of each key at most one grant holds items, in their order, also across retries; other keys flow on.
/// Among the keys that may run, the one whose next item is the oldest (or has the lowest priority) comes first.
/// </summary>
/// <param name="settings">What happens to a key whose item has failed, its rate.</param>
/// <param name="time">For rates.</param>
internal sealed class KeyLanes(KeyOrderSettings settings, TimeProvider time) : IReadyOrder
{
    private readonly Dictionary<string, Lane> lanes = [];
    private readonly HashSet<Lane> stopped = [];
    private readonly PriorityQueue<Lane, (long Priority, long Sequence)> line = new();
    private readonly PriorityQueue<Lane, long> waiting = new();
    private readonly List<ItemRun> picked = [];
    private readonly long lateMax = (long)(RateLimiter.LateMax.TotalSeconds * time.TimestampFrequency);
    private RateLimiter? limiter = NewLimiter(settings.Rate, time);

    public long Count { get; private set; }

    public long Ready { get; private set; }

    public long Bytes { get; private set; }

    public bool IsByNumber => !settings.ByPriority;

    public long? WakeAt => waiting.TryPeek(out _, out var at) ? at : null;

    /// <summary>The rate of each key; null: none.</summary>
    public RateLimiter? Limiter => limiter;

    /// <summary>Whether items wait for nothing but the rate of their key.</summary>
    public bool AnyWillMove => waiting.UnorderedItems.Any(one =>
        one.Element is { Count: > 0, Out: 0, WaitsUntil: not 0, State: not LaneState.Halted });

    /// <summary>How many keys are known: those with items, a halted or parked one, and one that has used up its rate.</summary>
    public int Keys => lanes.Count;

    /// <summary>The keys that are halted or parked.</summary>
    public IEnumerable<Lane> Stopped => stopped;

    /// <summary>How many items stand behind halted keys.</summary>
    public long Blocked => stopped.Where(lane => lane.State == LaneState.Halted).Sum(lane => lane.Count);

    public Lane? Find(string key) => lanes.GetValueOrDefault(key);

    public void Add(ItemRun run)
    {
        foreach (var part in ByKey(run))
        {
            var lane = LaneOf(part);
            Insert(lane, part);
            Look(lane);
        }
    }

    public void Return(ItemRun run)
    {
        foreach (var part in ByKey(run))
        {
            var lane = LaneOf(part);
            lane.Out -= part.Count;
            Insert(lane, part);
            Look(lane);
        }
    }

    public void Expect(ItemRun item)
    {
        var lane = LaneOf(item);
        lane.Out++;
        Look(lane);
    }

    public void Left(ItemRun run, bool deadLettered)
    {
        foreach (var part in ByKey(run))
        {
            var lane = LaneOf(part);
            lane.Out -= part.Count;
            if (deadLettered && lane.State == LaneState.Open && settings.OnFailure != KeyFailure.Skip)
            {
                lane.State = settings.OnFailure == KeyFailure.Halt ? LaneState.Halted : LaneState.Parked;
                lane.FailedSequence = part.FirstSequence;
                stopped.Add(lane);
            }

            Look(lane);
        }
    }

    /// <summary>Items that are about to be returned have not been started: they have used up none of their keys' rates.</summary>
    public void GiveRateBack(ItemRun run)
    {
        if (limiter is null)
        {
            return;
        }

        var now = time.GetTimestamp();
        foreach (var part in ByKey(run))
        {
            var lane = LaneOf(part);
            var state = lane.RateState;
            limiter.GiveBack(ref state, part.Count);
            lane.RateState = state;
            if (lane.WaitsUntil != 0)
            {
                lane.WaitsUntil = 0;
                WaitIfItMust(lane, now);
            }
        }
    }

    public GrantItems Take(int most) => Take(most, settings.RunMax);

    /// <summary>As <see cref="Take(int)"/>, for whoever works on the items side by side.</summary>
    public GrantItems TakeOneOfEachKey(int most) => Take(most, 1);

    public void Wake(long now)
    {
        while (waiting.TryPeek(out var lane, out var at) && at <= now)
        {
            waiting.Dequeue();
            if (lane.WaitsUntil <= now)
            {
                lane.RateDueAt = lane is { WaitsUntil: not 0, Count: > 0, Out: 0, State: LaneState.Open } ? lane.WaitsUntil : lane.RateDueAt;
                lane.WaitsUntil = 0;
            }

            lane.Remembered = false;
            Look(lane);
        }
    }

    public IEnumerable<ItemRun> All() => lanes.Values.SelectMany(lane => lane.All());

    public IReadOnlyList<ItemRun> TakeAll()
    {
        var all = new List<ItemRun>();
        foreach (var lane in lanes.Values.ToArray())
        {
            all.AddRange(lane.TakeAll());
            Look(lane);
        }

        (Count, Bytes) = (0, 0);
        return all;
    }

    public bool TryRemove(long sequence, out ItemRun removed)
    {
        removed = default;
        if (lanes.Values.FirstOrDefault(lane => lane.All().Any(run => run.Holds(sequence))) is not { } lane)
        {
            return false;
        }

        foreach (var run in lane.TakeAll())
        {
            removed = run.Holds(sequence) ? run.Item(sequence) : removed;
            foreach (var rest in run.Holds(sequence) ? ReadyOrders.Around(run, sequence) : [run])
            {
                lane.Insert(rest);
            }
        }

        Count--;
        Bytes -= RunBytes.Of(removed);
        Look(lane);
        return true;
    }

    /// <summary>The first item that waits of the key of another; null: that other does not wait.</summary>
    public long? FirstOfKeyOf(long sequence) =>
        lanes.Values.FirstOrDefault(lane => lane.All().Any(run => run.Holds(sequence)))?.Head.FirstSequence;

    public bool IsBefore(ItemRun one, ItemRun other) => PlaceOf(one).CompareTo(PlaceOf(other)) < 0;

    /// <summary>Keeps a key closed while code that was given up still runs on one of its items.</summary>
    public void Close(string key)
    {
        var lane = LaneOf(key);
        lane.Out++;
        Look(lane);
    }

    /// <summary>That code has returned.</summary>
    public void Reopen(string key)
    {
        var lane = LaneOf(key);
        lane.Out--;
        Look(lane);
    }

    /// <summary>Lets a halted or parked key go on; false if it was neither.</summary>
    public bool Resume(string key)
    {
        if (Find(key) is not { } lane || !stopped.Remove(lane))
        {
            return false;
        }

        lane.State = LaneState.Open;
        Look(lane);
        return true;
    }

    /// <summary>Changes the rate of each key; what keys have used of the old one counts.</summary>
    public void Change(Rate? rate)
    {
        var before = limiter;
        limiter = NewLimiter(rate, time);
        var now = time.GetTimestamp();
        waiting.Clear();
        foreach (var lane in lanes.Values.ToArray())
        {
            lane.RateState = limiter is null || before is null ? 0 : limiter.Adopt(lane.RateState, before, now);
            lane.RateDueAt = 0;
            lane.WaitsUntil = 0;
            lane.Remembered = false;
            WaitIfItMust(lane, now);
            Look(lane);
        }
    }

    private GrantItems Take(int most, int ofEachKey)
    {
        picked.Clear();
        var parked = false;
        while (picked.Count < most && Next() is { } lane && (picked.Count == 0 || lane.State == LaneState.Parked == parked))
        {
            line.Dequeue();
            lane.StandsWith = 0;
            parked = lane.State == LaneState.Parked;
            TakeFrom(lane, Math.Min(ofEachKey, most - picked.Count));
        }

        return GrantItems.Of(picked, parked);
    }

    /// <summary>The lane that is next; it keeps its place.</summary>
    private Lane? Next()
    {
        while (line.TryPeek(out var lane, out var place))
        {
            if (lane.StandsWith == place.Sequence && lane.IsReady)
            {
                return lane;
            }

            line.Dequeue();
            lane.StandsWith = lane.StandsWith == place.Sequence ? 0 : lane.StandsWith;
        }

        return null;
    }

    private void TakeFrom(Lane lane, int most)
    {
        var count = (int)Math.Min(most, lane.Count);
        if (limiter is not null && lane.State == LaneState.Open)
        {
            var now = time.GetTimestamp();
            var state = lane.RateState;
            var since = lane.RateDueAt == 0 ? now : Math.Min(now, Math.Max(lane.RateDueAt, now - lateMax));
            count = Math.Max(1, limiter.Available(state, now, count, since));
            limiter.Take(ref state, since, count);
            lane.RateState = state;
            WaitIfItMust(lane, now);
        }

        for (var taken = 0; taken < count; taken++)
        {
            var item = lane.Take();
            Bytes -= RunBytes.Of(item);
            picked.Add(item);
        }

        lane.Out += count;
        Count -= count;
        Look(lane);
    }

    private void WaitIfItMust(Lane lane, long now)
    {
        if (limiter is not null && limiter.Available(lane.RateState, now, 1) == 0)
        {
            lane.RateDueAt = 0;
            lane.WaitsUntil = limiter.NextAt(lane.RateState, now);
            waiting.Enqueue(lane, lane.WaitsUntil);
        }
    }

    private void Insert(Lane lane, ItemRun run)
    {
        lane.Insert(run);
        Count += run.Count;
        Bytes += RunBytes.Of(run);
    }

    /// <summary>After every change of a lane: counts it as ready or not, gives it its place in line, or forgets it.</summary>
    private void Look(Lane lane)
    {
        var ready = lane.IsReady ? lane.Count : 0;
        Ready += ready - lane.CountedReady;
        lane.CountedReady = ready;
        lane.RateDueAt = lane.Count > 0 ? lane.RateDueAt : 0;
        if (ready > 0)
        {
            var place = PlaceOf(lane.Head);
            if (lane.StandsWith != place.Sequence)
            {
                lane.StandsWith = place.Sequence;
                line.Enqueue(lane, place);
            }
        }
        else if (lane is { Count: 0, Out: 0, State: LaneState.Open, WaitsUntil: 0, Remembered: false } && !Owes(lane))
        {
            lanes.Remove(lane.Key);
        }
    }

    /// <summary>A key that has used up some of its rate is remembered until it could have no more of it.</summary>
    private bool Owes(Lane lane)
    {
        if (limiter is null || limiter.FullAt(lane.RateState) is var fullAt && fullAt <= time.GetTimestamp())
        {
            return false;
        }

        lane.Remembered = true;
        waiting.Enqueue(lane, limiter.FullAt(lane.RateState));
        return true;
    }

    private static RateLimiter? NewLimiter(Rate? rate, TimeProvider time) =>
        rate is null ? null : new RateLimiter(rate, time.TimestampFrequency, time.GetTimestamp());

    private (long Priority, long Sequence) PlaceOf(ItemRun item) =>
        (settings.ByPriority ? item.Chunk.Columns?.Priorities?[item.Start] ?? 0 : 0, item.FirstSequence);

    private Lane LaneOf(ItemRun run) => LaneOf(run.Chunk.KeyAt(run.Start)!);

    private Lane LaneOf(string key)
    {
        if (!lanes.TryGetValue(key, out var lane))
        {
            lane = new Lane(key);
            lanes.Add(key, lane);
        }

        return lane;
    }

    /// <summary>The parts of a run that have one key each.</summary>
    private static IEnumerable<ItemRun> ByKey(ItemRun run)
    {
        var keys = run.Chunk.Columns!.Keys!;
        var from = run.Start;
        var end = run.Start + run.Count;
        while (from < end)
        {
            var to = from + 1;
            while (to < end && keys[to] == keys[from])
            {
                to++;
            }

            yield return new ItemRun(run.Chunk, from, to - from);
            from = to;
        }
    }
}

/// <summary>How an order by key behaves.</summary>
internal sealed record KeyOrderSettings
{
    public KeyFailure OnFailure { get; init; }

    /// <summary>Of each key; null: none.</summary>
    public Rate? Rate { get; init; }

    /// <summary>Whether keys are ordered by the priority of their next item.</summary>
    public bool ByPriority { get; init; }

    /// <summary>How many items of a key one grant may carry.</summary>
    public int RunMax { get; init; } = Chunk.ItemsMax;
}
