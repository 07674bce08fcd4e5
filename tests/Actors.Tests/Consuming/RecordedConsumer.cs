using AkkaPipeline.Consuming;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Tests.Consuming;

/// <summary>A consumer's core whose effects are noted.</summary>
internal sealed class RecordedConsumer : IConsumerEffects
{
    public RecordedConsumer() => State = new ConsumerState(this);

    public ConsumerState State { get; }

    public List<long> Requests { get; } = [];

    public List<long> Withdrawals { get; } = [];

    public List<(long Number, long GrantId, OutcomeRun Run)> Settlements { get; } = [];

    public List<long> Running { get; } = [];

    public int TimesRetired { get; private set; }

    public void Request(long number, WorkDemand wants) => Requests.Add(number);

    public void Withdraw(long number) => Withdrawals.Add(number);

    public void Settle(long number, int epoch, long grantId, OutcomeRun run) => Settlements.Add((number, grantId, run));

    public void Refused(Refusal refusal)
    {
    }

    public void Run(long grantId, int epoch, GrantItems items) => Running.Add(grantId);

    public void Park(long grantId)
    {
    }

    public void Judge(long grantId)
    {
    }

    public (int From, int To) GiveBack(long grantId) => (0, 0);

    public void Kept(long grantId)
    {
    }

    public void LetGo(long grantId) => Running.Remove(grantId);

    public void Retired() => TimesRetired++;
}
