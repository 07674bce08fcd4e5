using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Xunit;

namespace AkkaPipeline.Host.Tests.Program;

/// <summary>The program as its users run it: a process of its own. Every wait for it is bounded.</summary>
internal sealed class HostProcess : IDisposable
{
    private readonly Process process;

    private HostProcess(Process process) => this.process = process;

    public StreamReader Output => process.StandardOutput;

    public StreamReader Error => process.StandardError;

    public bool HasExited => process.HasExited;

    /// <summary>The most memory it has had resident so far; 0 once it has ended.</summary>
    public long PeakBytes
    {
        get
        {
            string? line = Lines($"/proc/{process.Id}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
    }

    public static HostProcess Start(params IEnumerable<string> arguments) => Start(readsInput: false, arguments);

    /// <summary>Starts it with a pipe as its standard input.</summary>
    public static HostProcess StartWithInput(params IEnumerable<string> arguments) => Start(readsInput: true, arguments);

    private static HostProcess Start(bool readsInput, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardInput = readsInput,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "akka-pipeline.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new HostProcess(Process.Start(start)!);
    }

    /// <summary>Writes to its standard input, as far as it reads.</summary>
    /// <param name="text">What.</param>
    /// <param name="ends">Whether nothing more comes.</param>
    public async Task WriteInputAsync(string text, bool ends)
    {
        try
        {
            await process.StandardInput.WriteAsync(text);
            await process.StandardInput.FlushAsync();
            if (ends)
            {
                process.StandardInput.Close();
            }
        }
        catch (IOException)
        {
            // It has been killed.
        }
    }

    public void Signal(PosixSignal signal) =>
        Assert.Equal(0, LibC.Kill(process.Id, signal == PosixSignal.SIGINT ? LibC.SigInt : LibC.SigTerm));

    /// <summary>SIGKILL: the program hears nothing of it.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync().WaitAsync(Patience.Limit);
    }

    /// <summary>Whether the file is open in the process.</summary>
    public bool HasOpen(string path) =>
        Directory.EnumerateFiles($"/proc/{process.Id}/fd").Any(file => new FileInfo(file).LinkTarget == path);

    /// <summary>Looks again and again until something has come to pass in a process that goes on.</summary>
    public Task UntilAsync(Func<bool> condition, string what) => Patience.UntilAsync(
        () => condition() || (process.HasExited ? throw new InvalidOperationException($"The program ended before {what}.") : false), what);

    /// <summary>The end, and what was not yet read of the output.</summary>
    public async Task<ProgramEnd> EndAsync()
    {
        Task<string> output = Output.ReadToEndAsync();
        Task<string> error = Error.ReadToEndAsync();
        await Task.WhenAll(output, error, process.WaitForExitAsync()).WaitAsync(Patience.Limit);
        return new ProgramEnd(process.ExitCode, await output, await error);
    }

    /// <summary>The end, where the output was read or closed before.</summary>
    public async Task<(int Status, string Error)> ExitAsync()
    {
        string error = await Error.ReadToEndAsync().WaitAsync(Patience.Limit);
        await process.WaitForExitAsync().WaitAsync(Patience.Limit);
        return (process.ExitCode, error);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            return [];
        }
    }
}
