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

    // The most that a length of up to a million bytes takes.
    private const int LengthCost = 3;

    private readonly List<byte> lengths = [];
    private readonly List<IReadOnlyDictionary<string, string>?> headers = [];
    private byte[] payload = new byte[BytesMax];
    private ulong[]? settled;
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
    public IReadOnlyList<IReadOnlyDictionary<string, string>?>? Headers
    {
        get
        {
            if (headers.Count == 0)
            {
                return null;
            }

            PadHeaders();
            return headers;
        }
    }

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

                Begin(items, index);
                if (items.Settled is null && items.Items.Headers is null)
                {
                    index = AppendRun(items.Items, index) - 1;
                }
                else
                {
                    Append(items.Items, index);
                }
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

    /// <summary>Fills the gap between what the row has and an item.</summary>
    private void Begin(AcceptedItems items, int index)
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
            AppendBytes([], null);
        }
    }

    private void Append(EncodedItems items, int index)
    {
        AppendBytes(items.At(index).Span, items.Headers?[index]);
        charged += CostOf(items, index);
        Unsettled++;
        end++;
    }

    /// <summary>An item and as many of those behind it as there is room for, without headers, in one copy.</summary>
    /// <returns>The first that was not appended.</returns>
    private int AppendRun(EncodedItems items, int from)
    {
        var ends = items.Ends;
        var start = from == 0 ? 0 : ends[from - 1];
        var to = from;
        var previous = start;
        do
        {
            RowLengths.Append(lengths, ends[to] - previous);
            previous = ends[to++];
        }
        while (to < ends.Length
            && Count + to - from < ItemsMax
            && charged + ends[to] - start + (LengthCost * (to + 1 - from)) <= BytesMax);

        Copy(items.Bytes.Span[start..previous]);
        charged += previous - start + (LengthCost * (to - from));
        Count += to - from;
        Unsettled += to - from;
        end += to - from;
        return to;
    }

    private void AppendBytes(ReadOnlySpan<byte> item, IReadOnlyDictionary<string, string>? itemHeaders)
    {
        Copy(item);
        RowLengths.Append(lengths, item.Length);
        if (itemHeaders is { Count: > 0 })
        {
            PadHeaders();
            headers.Add(itemHeaders);
        }

        Count++;
    }

    private void Copy(ReadOnlySpan<byte> items)
    {
        if (bytes + items.Length > payload.Length)
        {
            Array.Resize(ref payload, bytes + items.Length);
        }

        items.CopyTo(payload.AsSpan(bytes));
        bytes += items.Length;
    }

    /// <summary>None for those before.</summary>
    private void PadHeaders()
    {
        while (headers.Count < Count)
        {
            headers.Add(null);
        }
    }

    /// <summary>What it adds to the body: its payload, its length, its headers, roughly.</summary>
    private static int CostOf(EncodedItems items, int index)
    {
        var cost = items.At(index).Length + LengthCost;
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
        Count = Unsettled = bytes = charged = 0;
    }
}
