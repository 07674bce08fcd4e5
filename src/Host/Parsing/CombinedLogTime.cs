namespace AkkaPipeline.Host.Parsing;

/// <summary>The time of a log line, <c>17/May/2015:10:05:03 +0000</c>, and the same in ISO 8601.</summary>
internal static class CombinedLogTime
{
    /// <summary>The length of a time in a log line, without brackets.</summary>
    public const int Length = 26;

    /// <summary>The length of a time in ISO 8601: <c>2015-05-17T10:05:03+00:00</c>.</summary>
    public const int IsoLength = 25;

    /// <summary>What is wrong with a time of <see cref="Length"/> bytes; null if nothing is.</summary>
    public static string? Problem(ReadOnlySpan<byte> time)
    {
        if (time[2] != '/' || time[6] != '/' || time[11] != ':' || time[14] != ':' || time[17] != ':' || time[20] != ' ')
        {
            return "not dd/Mon/yyyy:hh:mm:ss +hhmm";
        }

        int month = Month(time.Slice(3, 3));
        if (month == 0)
        {
            return "no such month";
        }

        int century = TwoDigits(time, 7);
        int year = century < 0 ? -1 : (century * 100) + TwoDigits(time, 9);
        if (year < 1 || TwoDigits(time, 9) < 0)
        {
            return "no such year";
        }

        int day = TwoDigits(time, 0);
        if (day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return "no such day";
        }

        return ClockProblem(time) ?? OffsetProblem(time);
    }

    /// <summary>Writes a time known to be valid in ISO 8601, <see cref="IsoLength"/> bytes.</summary>
    public static void WriteIso(ReadOnlySpan<byte> time, Span<byte> iso)
    {
        int month = Month(time.Slice(3, 3));
        time.Slice(7, 4).CopyTo(iso);
        iso[4] = (byte)'-';
        iso[5] = (byte)('0' + (month / 10));
        iso[6] = (byte)('0' + (month % 10));
        iso[7] = (byte)'-';
        time[..2].CopyTo(iso[8..]);
        iso[10] = (byte)'T';
        time.Slice(12, 8).CopyTo(iso[11..]);
        // -0000 is no offset in ISO 8601; it means +00:00.
        iso[19] = time[22..].SequenceEqual("0000"u8) ? (byte)'+' : time[21];
        time.Slice(22, 2).CopyTo(iso[20..]);
        iso[22] = (byte)':';
        time.Slice(24, 2).CopyTo(iso[23..]);
    }

    private static string? ClockProblem(ReadOnlySpan<byte> time) =>
        TwoDigits(time, 12) is >= 0 and <= 23 && TwoDigits(time, 15) is >= 0 and <= 59 && TwoDigits(time, 18) is >= 0 and <= 59
            ? null
            : "no such time of day";

    /// <summary>Offsets go to 14 hours, as they do on Earth.</summary>
    private static string? OffsetProblem(ReadOnlySpan<byte> time)
    {
        int hours = TwoDigits(time, 22);
        int minutes = TwoDigits(time, 24);
        bool valid = time[21] is (byte)'+' or (byte)'-'
            && hours is >= 0 and <= 14
            && minutes is >= 0 and <= 59
            && (hours * 60) + minutes <= 14 * 60;
        return valid ? null : "no such offset from UTC";
    }

    private static int TwoDigits(ReadOnlySpan<byte> time, int index)
    {
        uint tens = (uint)(time[index] - '0');
        uint ones = (uint)(time[index + 1] - '0');
        return tens <= 9 && ones <= 9 ? (int)((tens * 10) + ones) : -1;
    }

    /// <summary>1 to 12, or 0 for none.</summary>
    private static int Month(ReadOnlySpan<byte> name) => (name[0] << 16 | name[1] << 8 | name[2]) switch
    {
        'J' << 16 | 'a' << 8 | 'n' => 1,
        'F' << 16 | 'e' << 8 | 'b' => 2,
        'M' << 16 | 'a' << 8 | 'r' => 3,
        'A' << 16 | 'p' << 8 | 'r' => 4,
        'M' << 16 | 'a' << 8 | 'y' => 5,
        'J' << 16 | 'u' << 8 | 'n' => 6,
        'J' << 16 | 'u' << 8 | 'l' => 7,
        'A' << 16 | 'u' << 8 | 'g' => 8,
        'S' << 16 | 'e' << 8 | 'p' => 9,
        'O' << 16 | 'c' << 8 | 't' => 10,
        'N' << 16 | 'o' << 8 | 'v' => 11,
        'D' << 16 | 'e' << 8 | 'c' => 12,
        _ => 0,
    };
}
