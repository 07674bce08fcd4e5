using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AkkaPipeline.Crash.Working;

/// <summary>Writes each record to standard output with a call of its own, in the order of the calls.</summary>
internal sealed class LogWriter
{
    private readonly Lock turn = new();
    private readonly FileStream pipe = new(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);

    public void Write(
        Happening what, long item = 0, Ending how = Ending.None, int attempt = 0, long sequence = 0, ulong hash = 0, ulong id = 0)
    {
        var record = new LogRecord(what, how, (short)attempt, item, sequence, hash, id);
        lock (turn)
        {
            pipe.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<LogRecord>(in record)));
        }
    }
}
