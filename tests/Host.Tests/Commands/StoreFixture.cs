using Akka.Actor;
using Akka.Configuration;
using AkkaPipeline.Host.Commands;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace AkkaPipeline.Host.Tests.Commands;

/// <summary>A store that pipelines have made, and the commands on it as the command line gives them.</summary>
internal sealed class StoreFixture : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();

    private readonly ActorSystem system = ActorSystem.Create(
        "stores", ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }"));

    public string Path => folder["queue.db"];

    public FakeTimeProvider Clock { get; } = new(Noon);

    public string this[string name] => folder[name];

    public PipelineBuilder<T> On<T>(string name = "orders") => Pipeline.Create<T>(system, name).Durable(Path).Clock(Clock);

    /// <summary>A store in which these items are dead letters; others are acked.</summary>
    public async Task<StoreFixture> WithAsync(IEnumerable<string> items, params string[] failing)
    {
        await On<string>()
            .From(items)
            .InOrderBy(item => item.Split(' ')[0])
            .Consume(1, (delivery, _) => failing.Contains(delivery.Item)
                ? throw new InvalidDataException($"cannot do {delivery.Item}")
                : ValueTask.CompletedTask)
            .RunToCompletionAsync(CancellationToken.None);
        return this;
    }

    /// <summary>What a command says: its status, its output, and what it complains of.</summary>
    public async Task<(int Status, string Output, string Error)> RunAsync(params string[] words)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new StoreTerminal(output, error, Clock);
        int status = CommandLine.Parse(words) switch
        {
            VerifyArguments verify => VerifyCommand.Run(verify, terminal),
            InspectArguments inspect => InspectCommand.Run(inspect, terminal),
            RenewArguments renew => RenewCommand.Run(renew, terminal),
            DeadLetterArguments letters => await DeadLettersCommand.RunAsync(letters, terminal),
            var other => throw new ArgumentException($"{other}", nameof(words)),
        };
        return (status, output.ToString(), error.ToString());
    }

    /// <summary>Does what no pipeline would.</summary>
    public void Harm(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // A test's own words.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public async ValueTask DisposeAsync()
    {
        await system.Terminate();
        folder.Dispose();
    }
}
