namespace AkkaPipeline.Host.Samples;

/// <summary>Chooses among things as the world does: the first is twice as likely as the second, thrice as the third
/// (Zipf's law). Integers only, for the same choices on every machine.</summary>
internal sealed class SkewedChoice<T>
{
    private const int Slots = 16_384;

    private readonly T[] slots = new T[Slots];

    public SkewedChoice(IReadOnlyList<T> choices)
    {
        long total = 0;
        for (int rank = 0; rank < choices.Count; rank++)
        {
            total += Weight(rank);
        }

        long reached = 0;
        int slot = 0;
        for (int rank = 0; rank < choices.Count; rank++)
        {
            reached += Weight(rank);
            while (slot * total < reached * Slots && slot < Slots)
            {
                slots[slot++] = choices[rank];
            }
        }
    }

    public T Choose(SampleRandom random) => slots[random.Below(Slots)];

    private static long Weight(int rank) => 1_000_000 / (rank + 1);
}
