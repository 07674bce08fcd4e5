using AkkaPipeline.Consuming;
using AkkaPipeline.Coordinating;
using AkkaPipeline.Producing;
using AkkaPipeline.Queueing;
using AkkaPipeline.Sinking;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>Passes everything on.</summary>
internal abstract class QueueEffectsMutant(IQueueEffects inner) : IQueueEffects
{
    public virtual void Credit(ProducerKey producer, CreditStanding standing) => inner.Credit(producer, standing);

    public virtual void Recall(ProducerKey producer, long version) => inner.Recall(producer, version);

    public virtual void SettledRun(ProducerKey producer, long number, long first, int count) => inner.SettledRun(producer, number, first, count);

    public virtual void Grant(ConsumerKey consumer, long id, long request, GrantItems items) => inner.Grant(consumer, id, request, items);

    public virtual void Settled(ConsumerKey consumer, long upTo, IReadOnlyList<Refusal> refused) => inner.Settled(consumer, upTo, refused);

    public virtual void TakeBack(ConsumerKey consumer, long grantId) => inner.TakeBack(consumer, grantId);

    public virtual void HandBack() => inner.HandBack();

    public virtual void NudgeSink() => inner.NudgeSink();

    public virtual void NothingReady(ConsumerKey consumer, long request, bool shutDown) => inner.NothingReady(consumer, request, shutDown);

    public virtual void Duplicates(ProducerKey producer, IReadOnlyList<long> numbers) => inner.Duplicates(producer, numbers);

    public virtual void Write(QueueWrite write) => inner.Write(write);

    public virtual void CommitNow(long number, bool atEnd, bool last) => inner.CommitNow(number, atEnd, last);

    public virtual void Suspect(long sequence, SuspectStanding standing) => inner.Suspect(sequence, standing);

    public virtual void ReadAlone(long after) => inner.ReadAlone(after);

    public virtual void ReadRows(long after, int items, long bytes) => inner.ReadRows(after, items, bytes);

    public virtual void Joined(long joinId) => inner.Joined(joinId);

    public virtual void Quiet() => inner.Quiet();

    public virtual void Stalled(Stall stall) => inner.Stalled(stall);

    public virtual void Halted(HaltRule rule) => inner.Halted(rule);

    public virtual void CancelItem(ConsumerKey consumer, long grantId, int index) => inner.CancelItem(consumer, grantId, index);
}

/// <summary>Passes everything on.</summary>
internal abstract class ProducerEffectsMutant(IProducerEffects inner) : IProducerEffects
{
    public virtual void Demand(CreditDemand wants) => inner.Demand(wants);

    public virtual void Offer(long number, Chunk chunk, CreditDemand wants) => inner.Offer(number, chunk, wants);

    public virtual Chunk Cut(int most) => inner.Cut(most);

    public virtual void Yield(long version, long upTo) => inner.Yield(version, upTo);

    public virtual void Noted(long upTo) => inner.Noted(upTo);

    public virtual void Allow(long upTo, long bytes) => inner.Allow(upTo, bytes);

    public virtual long Shrink() => inner.Shrink();

    public virtual void Settled(long first, int count, long watermark) => inner.Settled(first, count, watermark);

    public virtual void Completed(Exception? failure) => inner.Completed(failure);
}

/// <summary>Passes everything on.</summary>
internal abstract class ConsumerEffectsMutant(IConsumerEffects inner) : IConsumerEffects
{
    public virtual void Request(long number, WorkDemand wants) => inner.Request(number, wants);

    public virtual void Withdraw(long number) => inner.Withdraw(number);

    public virtual void Settle(long number, int epoch, long grantId, OutcomeRun run) => inner.Settle(number, epoch, grantId, run);

    public virtual void Refused(Refusal refusal) => inner.Refused(refusal);

    public virtual void Run(long grantId, int epoch, GrantItems items) => inner.Run(grantId, epoch, items);

    public virtual void Park(long grantId) => inner.Park(grantId);

    public virtual void Judge(long grantId) => inner.Judge(grantId);

    public virtual (int From, int To) GiveBack(long grantId) => inner.GiveBack(grantId);

    public virtual void Kept(long grantId) => inner.Kept(grantId);

    public virtual void LetGo(long grantId) => inner.LetGo(grantId);

    public virtual void Retired() => inner.Retired();
}

/// <summary>Passes everything on.</summary>
internal abstract class PoolEffectsMutant(IPoolEffects inner) : IPoolEffects
{
    public virtual void Add(ConsumerKey consumer) => inner.Add(consumer);

    public virtual void Replace(ConsumerKey gone, ConsumerKey with) => inner.Replace(gone, with);

    public virtual void Retire(ConsumerKey consumer) => inner.Retire(consumer);

    public virtual void Poison(ConsumerKey consumer) => inner.Poison(consumer);

    public virtual void Pause(int abandoned) => inner.Pause(abandoned);

    public virtual void Resume() => inner.Resume();

    public virtual void Stands(int consumers, int abandoned) => inner.Stands(consumers, abandoned);

    public virtual void Resized(long number) => inner.Resized(number);

    public virtual void Stopped() => inner.Stopped();
}

/// <summary>Passes everything on.</summary>
internal abstract class CoordinatorEffectsMutant(ICoordinatorEffects inner) : ICoordinatorEffects
{
    public virtual void StopReading() => inner.StopReading();

    public virtual void ShutDownAndJoin() => inner.ShutDownAndJoin();

    public virtual void CancelRunning() => inner.CancelRunning();

    public virtual void StopGranting() => inner.StopGranting();

    public virtual void AskWhetherStalled() => inner.AskWhetherStalled();

    public virtual void ReleaseAll(bool waitsForCommit) => inner.ReleaseAll(waitsForCommit);

    public virtual void PoisonConsumers() => inner.PoisonConsumers();

    public virtual void StopConsumers() => inner.StopConsumers();

    public virtual void CloseSinks(SinkEnding ending) => inner.CloseSinks(ending);

    public virtual void CancelSinks() => inner.CancelSinks();

    public virtual void FinishProducers() => inner.FinishProducers();

    public virtual void StopQueue() => inner.StopQueue();

    public virtual void CloseStore() => inner.CloseStore();

    public virtual void StartGrace() => inner.StartGrace();

    public virtual void Ended(PipelineOutcome outcome, bool sourcesEnded, QueueCounts? counts, IReadOnlyList<string> reasons, Exception? cause) => inner.Ended(outcome, sourcesEnded, counts, reasons, cause);
}

/// <summary>Passes everything on.</summary>
internal abstract class SinkEffectsMutant(ISinkEffects<SinkWrite, SinkOutput> inner) : ISinkEffects<SinkWrite, SinkOutput>
{
    public virtual void Write(OutputBatch<SinkWrite, SinkOutput> batch) => inner.Write(batch);

    public virtual void Answer(SinkWrite write, int from, int count, Exception? failure) => inner.Answer(write, from, count, failure);

    public virtual void Done(SinkWrite write) => inner.Done(write);

    public virtual void Free(int outputs, long bytes) => inner.Free(outputs, bytes);

    public virtual void WakeAfter(TimeSpan delay) => inner.WakeAfter(delay);

    public virtual void Pause(TimeSpan wait) => inner.Pause(wait);

    public virtual void Probe() => inner.Probe();

    public virtual void Resume() => inner.Resume();

    public virtual void Close(SinkEnding ending) => inner.Close(ending);
}
