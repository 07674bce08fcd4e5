namespace AkkaPipeline.Storing.Sqlite;

/// <summary>
/// Packs what a commit accepts into rows, whatever the offers were: at most 64 KB and 4,096 items a row, a larger item
/// alone. What is settled already costs a bit, or a cut where much of it stands together.
/// </summary>
internal sealed class RowPacker
{
    public const int BytesMax = 64 << 10;
    public const int ItemsMax = 4096;
    private const int GapMax = 64;

    private readonly List<byte> lengths = [];
    private readonly List<IReadOnlyDictionary<string, string>?> headers = [];
    private byte[] payload = new byte[BytesMax];
    private ulong[]? settled;
    private bool hasHeaders;
    private int bytes;
    private int charged;
    private long end;

    public long First { get; private set; }

    public int Count { get; private set; }

    /// <summary>How many of them are not settled.</summary>
    public int Unsettled { get; private set; }

    public CodecName Codec { get; private set; }

    public ReadOnlySpan<byte> Payload => payload.AsSpan(0, bytes);

    public ReadOnlySpan<byte> Lengths => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(lengths);

    /// <summary>One of each item, or null where none has any.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>?>? Headers => hasHeaders ? headers : null;

    public ulong[]? Settled => settled;

    /// <summary>The rows one after the other, each told by this packer itself and overwritten by the next.</summary>
    public IEnumerable<RowPacker> Pack(IEnumerable<AcceptedItems> accepted)
    {
        // Of a batch that failed halfway something may have stayed.
        Clear();
        foreach (var items in accepted)
        {
            if (Count > 0 && items.BeginsRow)
            {
                yield return this;
                Clear();
            }

            for (var index = 0; index < items.Items.Count; index++)
            {
                if (items.Settled is { } bits && SettledBits.IsSet(bits, index))
                {
                    continue;
                }

                if (Count > 0 && !Fits(items, index))
                {
                    yield return this;
                    Clear();
                }

                Append(items, index);
            }
        }

        if (Count > 0)
        {
            yield return this;
            Clear();
        }
    }

    private bool Fits(AcceptedItems items, int index)
    {
        var gap = items.First + index - end;
        return gap is >= 0 and <= GapMax
            && Count + gap < ItemsMax
            && Codec == items.Items.Codec
            && charged + gap + CostOf(items.Items, index) <= BytesMax;
    }

    private void Append(AcceptedItems items, int index)
    {
        var sequence = items.First + index;
        if (Count == 0)
        {
            First = end = sequence;
            Codec = items.Items.Codec;
        }

        for (; end < sequence; end++)
        {
            settled ??= SettledBits.For(ItemsMax);
            SettledBits.Set(settled, Count);
            AppendItem([], null);
        }

        AppendItem(items.Items.At(index).Span, items.Items.Headers?[index]);
        charged += CostOf(items.Items, index);
        Unsettled++;
        end++;
    }

    private void AppendItem(ReadOnlySpan<byte> item, IReadOnlyDictionary<string, string>? itemHeaders)
    {
        if (bytes + item.Length > payload.Length)
        {
            Array.Resize(ref payload, bytes + item.Length);
        }

        item.CopyTo(payload.AsSpan(bytes));
        bytes += item.Length;
        RowLengths.Append(lengths, item.Length);
        headers.Add(itemHeaders);
        hasHeaders |= itemHeaders is { Count: > 0 };
        Count++;
    }

    /// <summary>What it adds to the body: its payload, its length, its headers, roughly.</summary>
    private static int CostOf(EncodedItems items, int index)
    {
        var cost = items.At(index).Length + 3;
        if (items.Headers?[index] is { } some)
        {
            foreach (var (name, value) in some)
            {
                cost += name.Length + value.Length + 6;
            }
        }

        return cost;
    }

    private void Clear()
    {
        lengths.Clear();
        headers.Clear();
        payload = payload.Length > BytesMax ? new byte[BytesMax] : payload;
        settled = null;
        hasHeaders = false;
        Count = Unsettled = bytes = charged = 0;
    }
}
