namespace AkkaPipeline.Storing.Sqlite;

/// <summary>The lengths of a row's payloads as bytes: seven bits each, lowest first, the eighth says that more follow (LEB128).</summary>
internal static class RowLengths
{
    public static void Append(List<byte> lengths, int length)
    {
        var rest = (uint)length;
        while (rest >= 0x80)
        {
            lengths.Add((byte)(rest | 0x80));
            rest >>= 7;
        }

        lengths.Add((byte)rest);
    }

    /// <summary>Where each payload ends.</summary>
    /// <returns>Null: these are not the lengths of so many payloads of so many bytes.</returns>
    public static int[]? ReadEnds(ReadOnlySpan<byte> lengths, int count, int bytes)
    {
        if (count < 0 || count > lengths.Length)
        {
            return null;
        }

        var ends = new int[count];
        var end = 0L;
        var at = 0;
        for (var index = 0; index < count; index++)
        {
            if (!TryRead(lengths, ref at, out var length) || (end += length) > bytes)
            {
                return null;
            }

            ends[index] = (int)end;
        }

        return at == lengths.Length && end == bytes ? ends : null;
    }

    private static bool TryRead(ReadOnlySpan<byte> lengths, ref int at, out uint length)
    {
        length = 0;
        for (var shift = 0; shift < 35 && at < lengths.Length; shift += 7)
        {
            var part = lengths[at++];
            length |= (uint)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
