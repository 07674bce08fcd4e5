using System.Text.Json;
using System.Text.Json.Serialization;

namespace AkkaPipeline.Crash.Working;

/// <summary>What the parent asks of a worker, as one line on its standard input.</summary>
internal sealed record WorkerOrder
{
    public required string Store { get; init; }

    public int Seed { get; init; }

    /// <summary>Where the numbers of new items begin.</summary>
    public long FirstCount { get; init; }

    /// <summary>Whether the pipeline keeps an order by key.</summary>
    public bool InOrder { get; init; }

    /// <summary>0: there is no pool.</summary>
    public int Consumers { get; init; } = 4;

    /// <summary>Direct gets, beside the consumers.</summary>
    public int Getters { get; init; }

    public int WindowItems { get; init; } = 65_536;

    /// <summary>How long a consumer may take, in milliseconds.</summary>
    public int SlowMax { get; init; } = 3;

    /// <summary>Puts with ids whose outcome is open, and some that were confirmed: they are put again.</summary>
    public IReadOnlyList<long> Again { get; init; } = [];

    /// <summary>No puts: works until nothing is left, and tells the ledger.</summary>
    public bool Drains { get; init; }

    /// <summary>What is wrong with the store, on purpose; null: nothing.</summary>
    public string? Flaw { get; init; }

    public string ToLine() => JsonSerializer.Serialize(this, OrderJson.Default.WorkerOrder);

    public static WorkerOrder FromLine(string line) => JsonSerializer.Deserialize(line, OrderJson.Default.WorkerOrder)!;
}

[JsonSerializable(typeof(WorkerOrder))]
internal sealed partial class OrderJson : JsonSerializerContext;
