namespace AkkaPipeline.Sinking;

/// <summary>What becomes of a write's items is told in runs, each once.</summary>
internal interface IItemAnswers<in TWrite>
{
    /// <summary>All outputs of some items have their outcome.</summary>
    /// <param name="write">The write.</param>
    /// <param name="from">The first item, counted from the write's first.</param>
    /// <param name="count">How many items.</param>
    /// <param name="failure">What they failed of; null if their outputs are written.</param>
    void Answer(TWrite write, int from, int count, Exception? failure);

    /// <summary>Every item of the write has been answered.</summary>
    void Done(TWrite write);
}

/// <summary>
/// A write on its way: finds out which of its items are done, also where their outputs went into several batches. An
/// item is done when all its outputs have their outcome, and has failed if one of them has; one without outputs is
/// done with the item before it, or with the first that has some.
/// </summary>
/// <param name="write">The write.</param>
/// <param name="items">How many items it has.</param>
/// <param name="outputs">How many outputs, at least one.</param>
/// <param name="ends">Where each item's outputs end; null: each item has exactly one.</param>
internal sealed class WriteInProgress<TWrite>(TWrite write, int items, int outputs, int[]? ends)
{
    private readonly int outputs = outputs;
    private int unresolved = outputs;
    private Dictionary<int, Partly>? partly;

    public TWrite Write => write;

    /// <summary>The items that some of its outputs belong to: the first, counted from the write's first, and how many.</summary>
    public (int From, int Count) ItemsOf(int output, int count) =>
        ItemOf(output) is var first ? (first, ItemOf(output + count - 1) + 1 - first) : default;

    /// <summary>Whether every item has been answered.</summary>
    public bool IsDone => unresolved == 0;

    /// <summary>Outputs have their outcome; each output comes once.</summary>
    /// <param name="from">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="outcome">The outcome of the batch they were in.</param>
    /// <param name="at">Where in the batch the first of them was.</param>
    /// <param name="answers">Hears of the items that are done by it.</param>
    public void Resolve(int from, int count, in BatchOutcome outcome, int at, IItemAnswers<TWrite> answers)
    {
        unresolved -= count;
        AnswerBy(from, count, outcome, at, answers);
        if (IsDone)
        {
            answers.Done(write);
        }
    }

    private void AnswerBy(int from, int count, in BatchOutcome outcome, int at, IItemAnswers<TWrite> answers)
    {
        if (count == outputs && (outcome.IsWritten || (ends is null && outcome.Failure is not null)))
        {
            answers.Answer(write, 0, items, outcome.Failure);
            return;
        }

        var run = new Run(write, answers);
        var to = from + count;
        for (var item = ItemOf(from); item < items && StartOf(item) < to; item = NextWithOutputs(item))
        {
            if (IsDoneBy(item, from, to, outcome, at, out var failure))
            {
                AddWithNeighbours(ref run, item, failure);
            }
        }

        run.End();
    }

    private bool IsDoneBy(int item, int from, int to, in BatchOutcome outcome, int at, out Exception? failure)
    {
        var (first, last) = (Math.Max(StartOf(item), from), Math.Min(EndOf(item), to));
        failure = null;
        for (var output = first; output < last && failure is null; output++)
        {
            failure = outcome.Of(at + output - from);
        }

        var left = EndOf(item) - StartOf(item) - (last - first);
        if (left == 0)
        {
            return true;
        }

        partly ??= [];
        if (partly.TryGetValue(item, out var known))
        {
            left = known.Left - (last - first);
            failure = known.Failure ?? failure;
        }

        if (left > 0)
        {
            partly[item] = new Partly(left, failure);
            return false;
        }

        partly.Remove(item);
        return true;
    }

    /// <summary>Items without outputs have nothing that could fail.</summary>
    private void AddWithNeighbours(ref Run run, int item, Exception? failure)
    {
        if (StartOf(item) == 0)
        {
            run.Add(0, item, null);
        }

        run.Add(item, item + 1, failure);
        run.Add(item + 1, NextWithOutputs(item), null);
    }

    private int StartOf(int item) => ends is null ? item : item == 0 ? 0 : ends[item - 1];

    private int EndOf(int item) => ends is null ? item + 1 : ends[item];

    private int ItemOf(int output)
    {
        if (ends is null)
        {
            return output;
        }

        // The first item that ends behind the output.
        var (low, high) = (0, items);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = ends[middle] > output ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private int NextWithOutputs(int item)
    {
        var next = item + 1;
        while (ends is not null && next < items && ends[next] == ends[next - 1])
        {
            next++;
        }

        return next;
    }

    private readonly record struct Partly(int Left, Exception? Failure);

    /// <summary>Items side by side with the same outcome are one answer.</summary>
    private struct Run(TWrite write, IItemAnswers<TWrite> answers)
    {
        private int from;
        private int to;
        private Exception? failure;

        public void Add(int first, int end, Exception? because)
        {
            if (first == end)
            {
                return;
            }

            if (first != to || !ReferenceEquals(because, failure))
            {
                End();
                (from, failure) = (first, because);
            }

            to = end;
        }

        public void End()
        {
            if (to > from)
            {
                answers.Answer(write, from, to - from, failure);
            }

            from = to;
        }
    }
}
