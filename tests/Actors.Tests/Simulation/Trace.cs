using System.Globalization;
using System.Text;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>The last events, to be read when a seed fails, and a hash over all of them, equal when a seed is replayed.</summary>
internal sealed class Trace(VirtualTime time)
{
    private const int Kept = 80;

    private readonly (long At, string What, string From, string To, object? Message)[] last =
        new (long, string, string, string, object?)[Kept];

    private long count;

    /// <summary>Whether the queue died before its time.</summary>
    public bool QueueCrashed { get; private set; }

    public ulong Hash { get; private set; } = 14695981039346656037UL;

    public void Note(string what, string from, string to = "", object? message = null)
    {
        last[count++ % Kept] = (time.Now, what, from, to, message);
        QueueCrashed |= what == "dies" && from == "queue" && to == "crash";
        Mix((ulong)time.Now);
        Mix(what);
        Mix(from);
        Mix(to);
        Mix(message?.GetType().Name ?? string.Empty);
    }

    public void Mix(ulong number) => Hash = (Hash ^ number) * 1099511628211UL;

    public override string ToString()
    {
        var text = new StringBuilder();
        for (var index = Math.Max(0, count - Kept); index < count; index++)
        {
            var (at, what, from, to, message) = last[index % Kept];
            text.Append(CultureInfo.InvariantCulture, $"  {at / 1000.0,12:0.000} µs  {what} {from}");
            text.Append(to.Length > 0 ? $" -> {to}" : string.Empty).Append(' ').Append(message).AppendLine();
        }

        return text.ToString();
    }

    private void Mix(string text)
    {
        foreach (var character in text)
        {
            Mix(character);
        }
    }
}
