using AkkaPipeline.Consuming;
using AkkaPipeline.Coordinating;
using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;
using AkkaPipeline.Queueing.Orders;
using AkkaPipeline.Sinking;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>The positive controls: engines with one fault each, which the simulation has to find.</summary>
internal static class Mutants
{
    public sealed class ForgetsDeadConsumers : Mutant
    {
        public override bool Swallows(object message) => message is ConsumerGone;
    }

    public sealed class LosesReleases : Mutant
    {
        public override bool Swallows(object message) =>
            message is QueueProtocol.Settle { Run.Outcome: Outcome.Released };
    }

    public sealed class LosesTheJoin : Mutant
    {
        public override bool Swallows(object message) => message is QueueProtocol.Joined { Id: 0 };
    }

    public sealed class NeverAnswersAProbe : Mutant
    {
        public override bool Swallows(object message) => message is QueueProtocol.Credit { Standing.AcceptedUpTo: 0 };
    }

    public sealed class GrantsTwice : Mutant
    {
        public override IQueueEffects Wrap(IQueueEffects effects) => new Effects(effects);

        private sealed class Effects(IQueueEffects inner) : QueueEffectsMutant(inner)
        {
            public override void Grant(ConsumerKey consumer, long id, long request, GrantItems items)
            {
                base.Grant(consumer, id, request, items);
                base.Grant(consumer, id + 1_000_000, request, items);
            }
        }
    }

    public sealed class GivesTooMuchCredit : Mutant
    {
        public override IQueueEffects Wrap(IQueueEffects effects) => new Effects(effects);

        private sealed class Effects(IQueueEffects inner) : QueueEffectsMutant(inner)
        {
            public override void Credit(ProducerKey producer, CreditStanding standing) =>
                base.Credit(producer, standing with { AllowedUpTo = standing.AllowedUpTo + 5 });
        }
    }

    public sealed class ConfirmsWhatWasNotTaken : Mutant
    {
        public override IQueueEffects Wrap(IQueueEffects effects) => new Effects(effects);

        private sealed class Effects(IQueueEffects inner) : QueueEffectsMutant(inner)
        {
            public override void Settled(ConsumerKey consumer, long upTo, IReadOnlyList<Refusal> refused) =>
                base.Settled(consumer, upTo + 1, refused);
        }
    }

    public sealed class JoinsTooEarly : Mutant
    {
        public override ICoordinatorEffects Wrap(ICoordinatorEffects effects) => new Effects(effects);

        private sealed class Effects(ICoordinatorEffects inner) : CoordinatorEffectsMutant(inner)
        {
            public override void ShutDownAndJoin() => PoisonConsumers();
        }
    }

    public sealed class ForgetsTheGrace : Mutant
    {
        public override ICoordinatorEffects Wrap(ICoordinatorEffects effects) => new Effects(effects);

        private sealed class Effects(ICoordinatorEffects inner) : CoordinatorEffectsMutant(inner)
        {
            public override void StartGrace()
            {
            }
        }
    }

    public sealed class PoisonsWhoIsToRetire : Mutant
    {
        public override IPoolEffects Wrap(IPoolEffects effects) => new Effects(effects);

        private sealed class Effects(IPoolEffects inner) : PoolEffectsMutant(inner)
        {
            public override void Retire(ConsumerKey consumer) => Poison(consumer);
        }
    }

    public sealed class SettlesTwice : Mutant
    {
        public override IConsumerEffects Wrap(IConsumerEffects effects) => new Effects(effects);

        private sealed class Effects(IConsumerEffects inner) : ConsumerEffectsMutant(inner)
        {
            private long number;

            public override void Settle(long number, int epoch, long grantId, OutcomeRun run)
            {
                base.Settle(++this.number, epoch, grantId, run);
                base.Settle(++this.number, epoch, grantId, run);
            }
        }
    }

    public sealed class GivesBackWhatRuns : Mutant
    {
        public override IConsumerEffects Wrap(IConsumerEffects effects) => new Effects(effects);

        private sealed class Effects(IConsumerEffects inner) : ConsumerEffectsMutant(inner)
        {
            public override (int From, int To) GiveBack(long grantId)
            {
                var (from, to) = base.GiveBack(grantId);
                return (to > from ? from - 1 : from, to);
            }
        }
    }

    public sealed class AcksFailures : Mutant
    {
        public override IConsumerEffects Wrap(IConsumerEffects effects) => new Effects(effects);

        private sealed class Effects(IConsumerEffects inner) : ConsumerEffectsMutant(inner)
        {
            public override void Settle(long number, int epoch, long grantId, OutcomeRun run) => base.Settle(
                number, epoch, grantId, run.Outcome == Outcome.Released ? run with { Outcome = Outcome.Acked } : run);
        }
    }

    public sealed class AnswersBeforeTheWrite : Mutant
    {
        public override ISinkEffects<SinkWrite, SinkOutput> Wrap(ISinkEffects<SinkWrite, SinkOutput> effects) => new Effects(effects);

        private sealed class Effects(ISinkEffects<SinkWrite, SinkOutput> inner) : SinkEffectsMutant(inner)
        {
            public override void Write(OutputBatch<SinkWrite, SinkOutput> batch)
            {
                var write = batch.ToWrite().Outputs.Span[0].Write;
                Answer(write, 0, write.Items.Count, null);
                base.Write(batch);
            }
        }
    }

    public sealed class NeverWakesASink : Mutant
    {
        public override ISinkEffects<SinkWrite, SinkOutput> Wrap(ISinkEffects<SinkWrite, SinkOutput> effects) => new Effects(effects);

        private sealed class Effects(ISinkEffects<SinkWrite, SinkOutput> inner) : SinkEffectsMutant(inner)
        {
            public override void WakeAfter(TimeSpan delay)
            {
            }
        }
    }

    public sealed class OffersPastARecall : Mutant
    {
        public override IProducerEffects Wrap(IProducerEffects effects) => new Effects(effects);

        private sealed class Effects(IProducerEffects inner) : ProducerEffectsMutant(inner)
        {
            public override long Shrink() => long.MaxValue;

            public override void Yield(long version, long upTo) => base.Yield(version, 0);
        }
    }

    public sealed class GrantsTheLastFirst : Mutant
    {
        public override IReadyOrder Wrap(IReadyOrder order) => new LastInFirstOut();
    }

    public sealed class ForgetsARetry : Mutant
    {
        public override bool Swallows(object message) => message is QueueProtocol.Settle { Run.Outcome: Outcome.Retried };
    }

    public sealed class NeverWakes : Mutant
    {
        public override bool Swallows(object message) => message is WakeUp;
    }

    public sealed class GrantsDuringAPause : Mutant
    {
        public override bool Ignores(object message) => message is QueueProtocol.Pause { Name: PauseNames.User };
    }

    public sealed class LetsTwiceItsRateThrough : Mutant
    {
        public override Rate? Alter(Rate? rate) => rate is null ? null : Rate.Of(2 * rate.Items, rate.Per, 2 * rate.Burst);
    }

    public sealed class OpensAKeyWhileAnItemOfItBacksOff : Mutant
    {
        public override void Retried(KeyLanes keys, string key) => keys.Reopen(key);
    }

    public sealed class RetriesBehindWhatFollows : Mutant
    {
        public override IReadyOrder Wrap(IReadyOrder order) => order is KeyLanes ? order : new Late(order);

        private sealed class Late(IReadyOrder inner) : IReadyOrder
        {
            private readonly List<ItemRun> behind = [];

            public long Count => inner.Count + behind.Sum(run => (long)run.Count);

            public long Ready => inner.Ready > 0 ? inner.Ready : Count;

            public long Bytes => inner.Bytes + behind.Sum(RunBytes.Of);

            public long? WakeAt => inner.WakeAt;

            public void Add(ItemRun run) => inner.Add(run);

            public void Return(ItemRun run)
            {
                inner.Left(run, deadLettered: false);
                behind.Add(run);
            }

            public void Left(ItemRun run, bool deadLettered) => inner.Left(run, deadLettered);

            public GrantItems Take(int most)
            {
                if (inner.Ready == 0)
                {
                    behind.ForEach(inner.Add);
                    behind.Clear();
                }

                return inner.Take(most);
            }

            public void Wake(long now) => inner.Wake(now);

            public IEnumerable<ItemRun> All() => inner.All().Concat(behind);

            public IReadOnlyList<ItemRun> TakeAll()
            {
                behind.ForEach(inner.Add);
                behind.Clear();
                return inner.TakeAll();
            }

            public bool TryRemove(long sequence, out ItemRun removed) => inner.TryRemove(sequence, out removed);

            public bool IsBefore(ItemRun one, ItemRun other) => inner.IsBefore(one, other);
        }
    }

    public sealed class RunsParkedItems : Mutant
    {
        public override IConsumerEffects Wrap(IConsumerEffects effects) => new Effects(effects);

        private sealed class Effects(IConsumerEffects inner) : ConsumerEffectsMutant(inner)
        {
            public override void Park(long grantId) => Run(grantId, 0, default);
        }
    }

    public sealed class OpensTheKeyOfCodeThatStillRuns : Mutant
    {
        public override IConsumerEffects Wrap(IConsumerEffects effects) => new Effects(effects);

        private sealed class Effects(IConsumerEffects inner) : ConsumerEffectsMutant(inner)
        {
            public override void Settle(long number, int epoch, long grantId, OutcomeRun run) =>
                base.Settle(number, epoch, grantId, run with { CodeRuns = false });
        }
    }

    public sealed class RequeuesTwice : Mutant
    {
        public override IReadOnlyList<Chunk> Alter(IReadOnlyList<Chunk> requeued) => [.. requeued, .. requeued];
    }
}
