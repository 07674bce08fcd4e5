using AkkaPipeline.Crash;

return await CrashCommand.RunAsync(args);
