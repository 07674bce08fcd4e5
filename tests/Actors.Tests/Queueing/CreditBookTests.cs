using AkkaPipeline.Queueing;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Queueing;

public sealed class CreditBookTests
{
    private const int Capacity = 7;
    private const int Producers = 3;

    /// <summary>Honest producers that demand, offer, yield and go at random, and a queue that is emptied at random.</summary>
    [Fact]
    public void What_is_queued_and_allowed_never_exceeds_the_capacity_and_nobody_is_starved() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, Producers - 1], Gen.Int[1, 9]).List[0, 80].Sample(steps =>
        {
            var model = new Model();
            foreach (var (step, producer, size) in steps)
            {
                model.Do(step, producer, size);
            }

            model.EverybodyGetsItsTurn();
        });

    private sealed class Model
    {
        private readonly RecordedQueue effects = new(new QueueLimits(0));
        private readonly CreditBook book;
        private readonly int[] incarnations = [1, 1, 1];
        private readonly long[] offered = new long[Producers];
        private long queued;

        public Model() => book = new CreditBook(Capacity, 1_000, effects);

        public void Do(int step, int producer, int size)
        {
            var key = new ProducerKey(producer, incarnations[producer]);
            switch (step)
            {
                case 0:
                    book.Demand(key, new CreditDemand(offered[producer] + size, Urgent: size > 5));
                    break;
                case 1:
                    Offer(key, size);
                    break;
                case 2:
                    queued = Math.Max(0, queued - size);
                    break;
                case 3:
                    YieldAll();
                    break;
                default:
                    book.Remove(key);
                    incarnations[producer]++;
                    offered[producer] = 0;
                    break;
            }

            Settle();
        }

        /// <summary>All have an item in hand, one after the other: each is given credit for it, whoever holds it idle.</summary>
        public void EverybodyGetsItsTurn()
        {
            for (var turn = 0; turn < 2 * Producers; turn++)
            {
                queued = 0;
                var producer = turn % Producers;
                var key = new ProducerKey(producer, incarnations[producer]);
                book.Demand(key, new CreditDemand(offered[producer] + 1, Urgent: true));

                // Others may have asked as urgently before, and be served first: what they do not use comes round.
                for (var round = 0; round <= Producers && !MayOffer(key); round++)
                {
                    Settle();
                    YieldAll();
                    Settle();
                }

                Assert.True(effects.Credits[key].AllowedUpTo > offered[producer], $"{key} waits though nothing is queued");
                Offer(key, 1);
            }
        }

        private bool MayOffer(ProducerKey key) =>
            effects.Credits.TryGetValue(key, out var standing) && standing.AllowedUpTo > offered[key.Index];

        private void Offer(ProducerKey key, int size)
        {
            var may = effects.Credits.TryGetValue(key, out var standing) ? standing.AllowedUpTo - offered[key.Index] : 0;
            if (may > 0 && book.Find(key) is { Recalled: false } account)
            {
                var chunk = new PlainChunk((int)Math.Min(may, size));
                book.Accepted(account, chunk);
                offered[key.Index] += chunk.Count;
                queued += chunk.Count;
            }
        }

        private void YieldAll()
        {
            foreach (var (producer, version) in effects.Recalls)
            {
                if (incarnations[producer.Index] == producer.Incarnation)
                {
                    book.Yield(producer, version, offered[producer.Index]);
                    effects.Credits[producer] = effects.Credits[producer] with { AllowedUpTo = offered[producer.Index] };
                }
            }

            effects.Recalls.Clear();
        }

        private void Settle()
        {
            book.Distribute(queued, 0);
            Assert.True(book.Outstanding >= 0);
            Assert.True(queued + book.Outstanding <= Capacity, $"{queued} queued, {book.Outstanding} allowed");
        }
    }
}
