using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using AkkaPipeline.Crash.Working;

namespace AkkaPipeline.Crash.Looping;

/// <summary>A worker from outside: its order, its log, its end.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process process;
    private readonly List<LogRecord> records = [];
    private readonly StringBuilder errors = new();
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task reading;
    private readonly Task hearing;

    private WorkerProcess(Process process)
    {
        this.process = process;
        reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        hearing = HearAsync();
    }

    /// <summary>What it has told so far. In order; only once it has ended, all of it.</summary>
    public IReadOnlyList<LogRecord> Records => records;

    /// <summary>Completes when its store is open, or when it has ended before.</summary>
    public Task Opened => opened.Task;

    public string Errors
    {
        get
        {
            lock (errors)
            {
                return errors.ToString();
            }
        }
    }

    public int Id => process.Id;

    /// <summary>How much of its log has been received by now.</summary>
    public int Position
    {
        get
        {
            lock (records)
            {
                return records.Count;
            }
        }
    }

    /// <param name="before">What starts it, in place of the program itself: a tracer, say.</param>
    public static WorkerProcess Start(params string[] before)
    {
        string[] command = [.. before, Environment.ProcessPath!, "worker"];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return new WorkerProcess(Process.Start(start)!);
    }

    public async Task OrderAsync(WorkerOrder order)
    {
        await process.StandardInput.WriteLineAsync(order.ToLine());
        await process.StandardInput.FlushAsync();
    }

    /// <summary>Ends it as a crash would, and waits until it is gone and its log is read to the end.</summary>
    public async Task KillAsync()
    {
        process.Kill(entireProcessTree: true);
        await EndAsync();
    }

    public async Task<int> EndAsync()
    {
        await process.WaitForExitAsync();
        await Task.WhenAll(reading, hearing);
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private void Read()
    {
        var stream = process.StandardOutput.BaseStream;
        var buffer = new byte[LogRecord.Size * 2048];
        var held = 0;
        for (int read; (read = stream.Read(buffer.AsSpan(held))) > 0;)
        {
            held += read;
            var whole = held / LogRecord.Size * LogRecord.Size;
            var told = MemoryMarshal.Cast<byte, LogRecord>(buffer.AsSpan(0, whole));
            lock (records)
            {
                records.AddRange(told);
            }

            foreach (var one in told)
            {
                if (one.What is Happening.Opened or Happening.Failed)
                {
                    opened.TrySetResult();
                }
            }

            buffer.AsSpan(whole, held - whole).CopyTo(buffer);
            held -= whole;
        }

        opened.TrySetResult();
    }

    private async Task HearAsync()
    {
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            lock (errors)
            {
                if (errors.Length < 20_000)
                {
                    errors.AppendLine(line);
                }
            }
        }
    }
}
