using AkkaPipeline.Bench;

return await BenchCommand.RunAsync(args);
