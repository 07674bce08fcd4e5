using System.Globalization;

namespace AkkaPipeline.Host.Samples;

/// <summary>The time of the sample's lines, in brackets; it never goes back.</summary>
internal sealed class SampleClock
{
    private static readonly DateTime Start = new(2025, 3, 3, 6, 25, 1, DateTimeKind.Utc);

    private readonly byte[] text = new byte[28];
    private long milliseconds;
    private long shownSecond = -1;

    public ReadOnlySpan<byte> Advance(int byMilliseconds)
    {
        milliseconds += byMilliseconds;
        long second = milliseconds / 1000;
        if (second != shownSecond)
        {
            shownSecond = second;
            Start.AddSeconds(second).TryFormat(text, out _, "'['dd/MMM/yyyy:HH:mm:ss' +0000]'", CultureInfo.InvariantCulture);
        }

        return text;
    }
}
