using System.Diagnostics;
using Xunit;

namespace AkkaPipeline.Tests.Documents;

/// <summary>A sample as its readers run it: a process of its own.</summary>
internal static class SampleProcess
{
    /// <returns>The lines that it printed.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(string name)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, name + ".dll"));
        using var process = Process.Start(start)!;
        try
        {
            var error = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, $"{name} ended with status {process.ExitCode}: {await error}{output}");
            return output.ReplaceLineEndings("\n").Split('\n');
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
