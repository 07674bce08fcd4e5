using System.Diagnostics;

namespace AkkaPipeline.Crash.Looping;

/// <summary>Programs of the system.</summary>
internal static class Shell
{
    /// <returns>What it has printed.</returns>
    /// <exception cref="InvalidOperationException">It ended with another status than 0.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">It is not there.</exception>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{program} failed: {(await errors).Trim()}");
    }
}
