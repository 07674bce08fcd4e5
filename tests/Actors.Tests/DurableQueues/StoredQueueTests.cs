using AkkaPipeline.Queueing;
using AkkaPipeline.Queueing.Orders;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.DurableQueues;

/// <summary>
/// A durable queue's cores under random work, random commits, full disks and crashes: what was confirmed is never lost, what
/// is durably settled never comes back, and the store's counts hold after every crash.
/// </summary>
public sealed class StoredQueueTests
{
    private static readonly ConsumerKey Ann = new(0, 1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Nothing_confirmed_is_lost_and_nothing_settled_comes_back(int kind)
    {
        for (var seed = 0; seed < 60; seed++)
        {
            new Run(kind, seed).Play(steps: 150, lives: 4);
        }
    }

    [Fact]
    public void An_item_that_is_due_and_done_before_the_store_hears_of_it_has_its_own_bytes()
    {
        var clock = new FakeTimeProvider();
        var limits = new QueueLimits(Capacity: 0, DeadLettersMax: 1) { Keeps = Durability.Full, WindowItems = 16, WindowBytes = 1 << 20 };
        var queue = new StoredQueue(limits, () => new FirstInFirstOut(), null, clock);
        var producer = new ProducerKey(0, 1);
        queue.State.Demand(producer, new CreditDemand(10));
        queue.State.Offer(producer, 0, queue.ChunkOf([17], [Timestamps.After(clock, TimeSpan.FromSeconds(1))], [null]), new CreditDemand(10));
        clock.Advance(TimeSpan.FromSeconds(2));
        queue.State.Tick();
        queue.State.Request(Ann, 1, new WorkDemand(10, 0));
        var grant = Assert.Single(queue.Grants);
        queue.State.Settle(Ann, 1, queue.State.Epoch, grant.Id, new OutcomeRun(0, 1, Outcome.Acked));
        queue.State.Offer(producer, 1, queue.ChunkOf([99], [0], [null]), new CreditDemand(10));

        queue.Commit(withAccepts: true, isFull: false, hears: 1);
        queue.Open();
        Assert.Equal(17, Assert.Single(queue.Left()).Value);
    }

    private sealed class Run
    {
        private readonly FakeTimeProvider clock = new();
        private readonly Random random;
        private readonly StoredQueue queue;
        private readonly string name;

        // By item: every item is put once, or again under the same id.
        private readonly HashSet<int> put = [];
        private readonly HashSet<int> confirmed = [];
        private readonly HashSet<int> gone = [];
        private readonly Dictionary<long, int> numbers = [];
        private readonly List<(long Id, GrantItems Items, List<int> Open)> held = [];
        private readonly List<(long From, int Count, int[] Items)> offered = [];
        private readonly List<int> settledNotCommitted = [];
        private ProducerKey producer = new(0, 0);
        private int lastItem;
        private long offeredUpTo;
        private long settlements;
        private long requests;

        public Run(int kind, int seed)
        {
            random = new Random((1000 * kind) + seed);
            name = $"kind {kind}, seed {seed}";
            Func<IReadyOrder> order = kind switch
            {
                1 => () => new FirstInFirstOut(),
                2 => () => new KeyLanes(new KeyOrderSettings { OnFailure = KeyFailure.Skip }, clock),
                _ => () => new LastInFirstOut(),
            };
            var limits = new QueueLimits(Capacity: 0, DeadLettersMax: 10_000)
            {
                Keeps = Durability.Full,
                WindowItems = 16,
                WindowBytes = 1 << 20,
                PutIdsMax = 100_000,
            };
            queue = new StoredQueue(limits, order, kind == 2 ? item => $"key-{item % 3}" : null, clock);
            Begin();
        }

        public void Play(int steps, int lives)
        {
            for (var life = 0; life < lives; life++)
            {
                for (var step = 0; step < steps; step++)
                {
                    Step();
                    queue.State.VerifyInvariants();
                    Confirm();
                }

                Crash();
            }

            Empty();
        }

        private void Step()
        {
            switch (random.Next(20))
            {
                case < 5:
                    Offer();
                    break;
                case < 8:
                    queue.State.Request(Ann, ++requests, new WorkDemand(random.Next(1, 20), 0));
                    break;
                case < 13:
                    Settle();
                    break;
                case < 16:
                    Commit(withAccepts: true, isFull: random.Next(6) == 0);
                    break;
                case 16:
                    Commit(withAccepts: false, isFull: false);
                    break;
                case 17:
                    clock.Advance(TimeSpan.FromSeconds(random.Next(5)));
                    queue.State.Tick();
                    break;
                case 18 when random.Next(4) == 0:
                    queue.Requeue(random.Next(1, 4));
                    Committed();
                    break;
                default:
                    Read();
                    break;
            }

            TakeGrants();
        }

        private void Begin()
        {
            producer = producer with { Incarnation = producer.Incarnation + 1 };
            queue.State.Demand(producer, new CreditDemand(1_000_000));
            (offeredUpTo, settlements, requests) = (0, 0, 0);
            offered.Clear();
            held.Clear();
            settledNotCommitted.Clear();
        }

        private void Offer()
        {
            var items = new List<int>();
            for (var count = random.Next(4) == 0 ? 1 : random.Next(1, 30); count > 0; count--)
            {
                // Some are put again under their old id.
                items.Add(lastItem > 0 && random.Next(10) == 0 ? random.Next(1, lastItem + 1) : ++lastItem);
            }

            long[] dueAt = [.. items.Select(_ => random.Next(items.Count == 1 ? 2 : 12) == 0 ? Timestamps.After(clock, TimeSpan.FromSeconds(random.Next(1, 9))) : 0)];
            var chunk = queue.ChunkOf(items, dueAt, [.. items.Select(item => $"id-{item}")]);
            put.UnionWith(items);
            offered.Add((offeredUpTo, items.Count, [.. items]));
            queue.State.Offer(producer, offeredUpTo, chunk, new CreditDemand(1_000_000));
            offeredUpTo += items.Count;
        }

        private void Confirm()
        {
            while (offered.Count > 0 && offered[0] is var first && first.From + first.Count <= queue.ConfirmedUpTo)
            {
                confirmed.UnionWith(first.Items);
                offered.RemoveAt(0);
            }
        }

        private void TakeGrants()
        {
            while (queue.Grants.TryDequeue(out var grant))
            {
                for (var index = 0; index < grant.Items.Count; index++)
                {
                    var item = StoredQueue.ItemOf(grant.Items.At(index));
                    var number = grant.Items.SequenceAt(index);
                    Assert.True(put.Contains(item), $"{name}: {item} was never put");
                    Assert.False(gone.Contains(item), $"{name}: {item} was settled for good and comes back");
                    Assert.True(!numbers.TryGetValue(number, out var known) || known == item || !confirmed.Contains(known), $"{name}: number {number} is {known} and {item}");
                    numbers[number] = item;
                }

                held.Add((grant.Id, grant.Items, [.. Enumerable.Range(0, grant.Items.Count)]));
            }
        }

        private void Settle()
        {
            if (held.Count == 0)
            {
                return;
            }

            var at = random.Next(held.Count);
            var (id, items, open) = held[at];
            var from = open[random.Next(open.Count)];
            var run = random.Next(10) switch
            {
                < 6 => new OutcomeRun(from, 1, Outcome.Acked),
                6 => new OutcomeRun(from, 1, Outcome.Released),
                7 => new OutcomeRun(from, 1, Outcome.DeadLettered, LetterOf(items, from)),
                _ => new OutcomeRun(from, 1, Outcome.Retried, Retry: new Retry(
                    TimeSpan.FromSeconds(random.Next(4)),
                    new FailedAttempt(1, clock.GetUtcNow(), TimeSpan.Zero, new AttemptError("E", "failed", null)))),
            };
            if (run.Outcome == Outcome.Acked)
            {
                settledNotCommitted.Add(StoredQueue.ItemOf(items.At(from)));
            }

            open.Remove(from);
            if (open.Count == 0)
            {
                held.RemoveAt(at);
            }

            queue.State.Settle(Ann, ++settlements, queue.State.Epoch, id, run);
        }

        private DeadLetteredItem<int> LetterOf(GrantItems items, int index) => new()
        {
            Item = StoredQueue.ItemOf(items.At(index)),
            Id = $"{items.SequenceAt(index)}",
            Sequence = items.SequenceAt(index),
            Cause = DeadLetterCause.Rejected,
            Reason = "bad",
            At = clock.GetUtcNow(),
        };

        private void Read()
        {
            if (queue.HasReads)
            {
                queue.Read();
                Committed();
            }
        }

        private void Commit(bool withAccepts, bool isFull)
        {
            var hears = random.Next(3) == 0 ? random.Next(12) : int.MaxValue;
            queue.Commit(withAccepts, isFull, hears);
            if (!isFull && queue.HasHeardAll)
            {
                Committed();
            }
        }

        private void Committed()
        {
            gone.UnionWith(settledNotCommitted);
            settledNotCommitted.Clear();
        }

        private void Crash()
        {
            Confirm();
            queue.Open();
            var left = queue.Left();
            Assert.All(queue.Letters(), letter => Assert.Equal(numbers.GetValueOrDefault(letter.Sequence), letter.Item));
            var letters = queue.Letters().Select(letter => letter.Item).ToHashSet();

            // What was acked may have been heard by the store with the last commit, or not.
            gone.UnionWith(settledNotCommitted.Where(item => !left.ContainsValue(item)));
            foreach (var item in confirmed)
            {
                Assert.True(
                    gone.Contains(item) || left.ContainsValue(item) || letters.Contains(item), $"{name}: {item} was confirmed and is lost");
            }

            Assert.True(left.Values.Distinct().Count() == left.Count, $"{name}: an item is in the store twice: {string.Join(" ", left.GroupBy(one => one.Value).Where(group => group.Count() > 1).Select(group => $"{group.Key} at {string.Join("/", group.Select(one => one.Key))}"))}");
            Assert.All(left.Values, item => Assert.False(gone.Contains(item), $"{name}: {item} was settled for good"));
            var counts = queue.State.Counts;
            Assert.Equal(left.Count, counts.Unfinished);
            Assert.Equal(letters.Count, counts.DeadLettered);
            Begin();
        }

        /// <summary>All that is left is granted and acked, each once.</summary>
        private void Empty()
        {
            for (var turn = 0; turn < 10_000 && queue.State.Counts.Unfinished > 0; turn++)
            {
                clock.Advance(TimeSpan.FromSeconds(10));
                queue.State.Tick();
                queue.State.Request(Ann, ++requests, new WorkDemand(100, 0));
                Read();
                TakeGrants();
                foreach (var (id, items, _) in held)
                {
                    queue.State.Settle(Ann, ++settlements, queue.State.Epoch, id, new OutcomeRun(0, items.Count, Outcome.Acked));
                    gone.UnionWith(Enumerable.Range(0, items.Count).Select(index => StoredQueue.ItemOf(items.At(index))));
                }

                held.Clear();
                queue.State.VerifyInvariants();
            }

            queue.Commit(withAccepts: true, isFull: false);
            Assert.Equal(0, queue.State.Counts.Unfinished);
            Assert.Empty(queue.Left());
        }
    }
}
