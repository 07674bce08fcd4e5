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
    Console.Error.WriteLine($"akka-pipeline: {exception.Message}");
    Console.Error.WriteLine("Try akka-pipeline --help.");
    return ExitStatus.WrongUsage;
}
catch (Exception exception)
{
    Console.Error.WriteLine($"akka-pipeline: {exception.Message}");
    return ExitStatus.Failure;
}

// Without the commit that the build appends.
static string Version() => Assembly.GetExecutingAssembly()
    .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
