using AkkaPipeline.Host.Reporting;

namespace AkkaPipeline.Host.Commands;

/// <summary>Where a command on a store says what it has found.</summary>
/// <param name="Output">What was asked for.</param>
/// <param name="Error">What goes wrong, and what one should know.</param>
/// <param name="Time">Ages are told by it.</param>
internal sealed record StoreTerminal(TextWriter Output, TextWriter Error, TimeProvider Time)
{
    public static StoreTerminal OfConsole => new(Console.Out, Console.Error, TimeProvider.System);

    /// <summary>Runs what reads a store; what is no store, or cannot be read, is told in a line.</summary>
    public int Reading(Func<int> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (IsTold(exception))
        {
            return Refuse(exception.Message, ExitStatus.WrongUsage);
        }
    }

    public int Refuse(string why, int status)
    {
        Error.WriteLine($"akka-pipeline: {TerminalText.Of(why)}");
        return status;
    }

    public static bool IsTold(Exception exception) => exception is StoreException or IOException or UnauthorizedAccessException;
}
