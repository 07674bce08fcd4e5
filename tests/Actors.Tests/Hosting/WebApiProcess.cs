using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Xunit;

namespace AkkaPipeline.Tests.Hosting;

/// <summary>The WebApi sample as a process of its own, on a port of its own.</summary>
internal sealed partial class WebApiProcess : IAsyncDisposable
{
    private const int TerminateSignal = 15;

    private readonly Process process;
    private readonly Task<string> errors;
    private readonly TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> lines = [];
    private readonly TaskCompletionSource joining = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task reading;

    private WebApiProcess(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "WebApi.dll"));
        start.ArgumentList.Add("--urls=http://127.0.0.1:0");
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        process = Process.Start(start)!;
        errors = process.StandardError.ReadToEndAsync();
        reading = ReadAsync();
    }

    public HttpClient Http { get; } = new();

    /// <summary>Completes when the server has begun on the request that waits until all orders are settled.</summary>
    public Task Joining => joining.Task.Soon();

    public static async Task<WebApiProcess> StartedAsync(params string[] arguments)
    {
        var started = new WebApiProcess(arguments);
        try
        {
            started.Http.BaseAddress = await started.listening.Task.Soon();
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    public async Task<HttpResponseMessage> PostAsync(string id) => await Http.PostAsJsonAsync("orders", new { Id = id }).Soon();

    public async Task<HttpStatusCode> HealthAsync(string kind)
    {
        using var answer = await Http.GetAsync(new Uri($"health/{kind}", UriKind.Relative)).Soon();
        return answer.StatusCode;
    }

    public void Terminate() => Assert.Equal(0, Kill(process.Id, TerminateSignal));

    /// <returns>The status it ended with, and what it logged.</returns>
    public async Task<(int Status, string Log)> EndAsync()
    {
        await process.WaitForExitAsync().Soon();
        await reading.Soon();
        return (process.ExitCode, string.Join('\n', lines) + await errors.Soon());
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (line.Contains("Executing endpoint", StringComparison.Ordinal) && line.Contains("/orders/settled", StringComparison.Ordinal))
            {
                joining.TrySetResult();
            }

            if (ListeningOn().Match(line) is { Success: true } found)
            {
                listening.TrySetResult(new Uri(found.Groups["address"].Value));
            }
        }

        listening.TrySetException(new InvalidOperationException($"The sample ended before it listened: {await errors}{string.Join('\n', lines)}"));
    }

    [GeneratedRegex(@"Now listening on: (?<address>http://\S+)")]
    private static partial Regex ListeningOn();

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
