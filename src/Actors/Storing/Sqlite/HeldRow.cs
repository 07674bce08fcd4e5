namespace AkkaPipeline.Storing.Sqlite;

/// <summary>What is known of a row between commits, so that a settlement need not read it again.</summary>
internal sealed class HeldRow(long first, int count, long body, ulong[]? bits)
{
    public long First => first;

    public int Count => count;

    public long Body => body;

    public long End => first + count;

    public ulong[]? Bits { get; private set; } = bits;

    public int Unsettled { get; private set; } = count - SettledBits.Count(bits);

    /// <summary>Settled since its bits were written.</summary>
    public bool Changed { get; set; }

    /// <summary>Its head or its bits cannot be trusted: settlements leave it alone, and the next reading moves it aside.</summary>
    public bool Damaged { get; init; }

    public void Settle(long from, long to)
    {
        Bits ??= SettledBits.For(count);
        var added = SettledBits.SetRange(Bits, (int)(from - first), (int)(to - first));
        Unsettled -= added;
        Changed |= added > 0;
    }
}
