using System.Text.RegularExpressions;

namespace AkkaPipeline.Tests.Simulation;

/// <summary>A rule was broken. The message names the seed, which replays it.</summary>
public sealed class SimulationFailedException : Exception
{
    public SimulationFailedException()
    {
    }

    public SimulationFailedException(string message)
        : base(message)
    {
    }

    public SimulationFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The broken rule without its numbers, the same for all that broke it.</summary>
    public string Rule => Regex.Replace(InnerException?.Message ?? Message, "[0-9]+", "#");
}
