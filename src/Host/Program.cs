using System.Reflection;
using AkkaPipeline.Host.Commands;
using AkkaPipeline.Host.Reporting;

try
{
    switch (CommandLine.Parse(args))
    {
        case RunArguments arguments:
            return await RunCommand.RunAsync(arguments).ConfigureAwait(false);

        case SampleArguments arguments:
            SampleCommand.Run(arguments);
            return ExitStatus.Success;

        case VerifyArguments arguments:
            return VerifyCommand.Run(arguments, StoreTerminal.OfConsole);

        case InspectArguments arguments:
            return InspectCommand.Run(arguments, StoreTerminal.OfConsole);

        case DeadLetterArguments arguments:
            return await DeadLettersCommand.RunAsync(arguments, StoreTerminal.OfConsole).ConfigureAwait(false);

        case RenewArguments arguments:
            return RenewCommand.Run(arguments, StoreTerminal.OfConsole);

        case ShowVersion:
            Console.Out.WriteLine($"akka-pipeline {Version()}");
            return ExitStatus.Success;

        default:
            Console.Out.Write(CommandLine.Help);
            return ExitStatus.Success;
    }
}
catch (UsageException exception)
{
    Complain($"akka-pipeline: {TerminalText.Of(exception.Message)}\nTry akka-pipeline --help.");
    return ExitStatus.WrongUsage;
}
catch (Exception exception)
{
    Complain($"akka-pipeline: {TerminalText.Of(exception.Message)}");
    return ExitStatus.Failure;
}

static void Complain(string text)
{
    try
    {
        Console.Error.WriteLine(text);
    }
    catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
    {
        // Nobody hears it; the exit status still tells.
    }
}

// Without the commit that the build appends.
static string Version() => Assembly.GetExecutingAssembly()
    .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
