using System.Globalization;
using AkkaPipeline.Queueing;

namespace AkkaPipeline.Consuming;

/// <content>How far an item is that it holds.</content>
internal sealed partial class ConsumerActor<T>
{
    private ItemExplanation Explain(QueueProtocol.ExplainHeld asked)
    {
        if (Find(asked.GrantId) is not { } work)
        {
            return asked.Known;
        }

        if (!work.HasStarted(asked.Index))
        {
            var before = working.Find(held => !held.IsLeft && held.AtHand >= 0);
            return asked.Known with
            {
                Text = $"{asked.Known.Text}: it waits at {key} "
                    + (before is { AtHand: >= 0 and var atHand } ? $"behind item {before.SequenceAt(atHand)}" : "to be started"),
            };
        }

        return work.AtHand == asked.Index
            ? asked.Known with { Text = asked.Known.Text + PastTimeout(work, asked.Index) }
            : asked.Known with { Text = $"{asked.Known.Text}: its code has returned; its outcome is on its way, perhaps in a batch of the sink" };
    }

    private string PastTimeout(GrantedWork<T> work, int index) =>
        setup.Timeout is { } timeout && watch?.RunsFor(work, index) is { } runs && runs >= timeout.PerItem
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"; its code runs since {runs.TotalSeconds:0.###} s, past its timeout of {timeout.PerItem}, and has been told to stop")
            : string.Empty;
}
