using System.Text.RegularExpressions;
using Xunit;

namespace AkkaPipeline.Tests;

/// <summary>
/// The structure, held by the source's text: cores know no Akka, and a role's folder reaches another only through its
/// protocol and the vocabulary that all share. The coordinator, which makes all the others, is free.
/// </summary>
public sealed partial class ArchitectureTests
{
    private static readonly string[] Roles = ["Producing", "Queueing", "Consuming", "Sinking", "Storing", "Fronting"];

    private static readonly string[] Cores =
    [
        "Queueing/QueueState*", "Queueing/CreditBook", "Queueing/ConsumerDesk", "Queueing/InFlightGrant", "Queueing/GrantGuide",
        "Queueing/Ledger", "Queueing/Outbox", "Queueing/Chunk", "Queueing/ItemRun", "Queueing/Demands", "Queueing/OutcomeRun",
        "Queueing/IQueueEffects", "Queueing/Orders/*", "Producing/ProducerState", "Producing/SettledIntervals",
        "Producing/IProducerEffects", "Consuming/ConsumerState*", "Consuming/QueueLink", "Consuming/ClaimedRange",
        "Consuming/ServiceTimes", "Sinking/SinkState", "Sinking/SinkCircuit", "Sinking/OpenBatches", "Sinking/OutputBatch",
        "Sinking/WriteInProgress", "Sinking/BatchOutcome", "Sinking/BatchBounds", "Sinking/WriteOutputs",
        "Sinking/RepeatsInPlace", "Sinking/ISinkEffects",
        "Coordinating/CoordinatorState", "Coordinating/ICoordinatorEffects", "Fronting/GetLine", "Fronting/PutBuffer",
        "Consuming/FailureJudge", "Consuming/Verdict", "Queueing/AttemptHistory",
        "Queueing/ItemSchedule", "Queueing/Pauses", "Queueing/ItemColumns", "Queueing/RateLimiter", "Queueing/HaltWatch",
        "Queueing/DrainForecast", "Consuming/PoolState", "Queueing/CommitGate", "Queueing/QueueWrite",
        "Queueing/PutIdWindow", "Queueing/SuspectWatch", "Storing/BatchGathering",
        "Storing/CheckpointLedger", "Storing/CheckpointCut", "Storing/NumberSet",
        "Storing/OutputWrites", "Storing/TakenCheckpoint", "Storing/HeldSettlements",
        "Storing/MemoryRows", "Storing/MemoryDeadLetters", "Storing/Sqlite/*",
    ];

    /// <summary>What the queue's folder and the store's hold for all: chunks, keys, what is asked for and what became of it.</summary>
    private static readonly string[] Vocabulary =
    [
        "Chunk", "ItemRun", "GrantItems", "ProducerKey", "ConsumerKey", "CreditDemand", "CreditStanding", "WorkDemand", "WaitMode",
        "Outcome", "OutcomeRun", "Retry", "Stall", "Refusal", "QueueIdentity", "Outbox", "ItemColumns", "AttemptHistory", "PauseNames",
        "QueueWrite", "Durability", "RecoveredQueue", "StoreCounts", "RunningPage", "RunningSlot", "SuspectedItem", "SuspectStanding", "HandedOver",

        // Items as a store keeps them, and their numbers.
        "EncodedItems", "PayloadBlock", "CodecName", "IStoredItems", "StoredItem", "StoredRow", "IDeadLetter", "EncodedDeadLetter", "NumberRange", "SettledBits",
    ];

    /// <summary>
    /// What else is reached today. The front end is a producer and a consumer on behalf of its callers, and so is made of
    /// their parts; consumers read the producers' typed chunks and account for room in the sink.
    /// </summary>
    private static readonly string[] Exceptions =
    [
        "Fronting -> Producing.ProducerState", "Fronting -> Producing.IProducerEffects", "Fronting -> Producing.ItemBuffer",
        "Fronting -> Producing.ItemBufferPool", "Fronting -> Producing.Measured", "Fronting -> Consuming.QueueLink", "Fronting -> Consuming.IQueueLinkEffects",
        "Fronting -> Consuming.GrantedWork", "Fronting -> Consuming.DeadLetterRoute", "Fronting -> Consuming.FailureHandling",
        "Fronting -> Consuming.VerdictKind", "Consuming -> Sinking.SinkRoom",
        "Queueing -> Storing.StoreOpened",
    ];

    public static TheoryData<string> CoreFiles { get; } = [.. Cores];

    private static string Source { get; } = Path.Combine(RepositoryRoot(), "src", "Actors");

    [Theory]
    [MemberData(nameof(CoreFiles))]
    public void A_core_knows_no_Akka(string core)
    {
        var folder = Path.Combine(Source, Path.GetDirectoryName(core)!);
        var files = Directory.GetFiles(folder, Path.GetFileName(core) + ".cs");
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.DoesNotMatch(@"\bAkka\.|\bIActorRef\b|\bProps\b", CodeOf(file)));
    }

    [Fact]
    public void A_role_reaches_another_only_through_its_protocol_and_the_shared_vocabulary()
    {
        var reached = Roles.SelectMany(role => Roles.Where(other => other != role).SelectMany(other => Reached(role, other)));
        Assert.Equal(Exceptions.Order(StringComparer.Ordinal), reached.Distinct().Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Reached(string role, string other)
    {
        var code = string.Join('\n', FilesOf(role).Select(CodeOf));
        var own = TypesOf(role).ToHashSet();
        return TypesOf(other)
            .Where(type => !type.EndsWith("Protocol", StringComparison.Ordinal) && !Vocabulary.Contains(type) && !own.Contains(type))
            .Where(type => Regex.IsMatch(code, $@"(?<![.\w]){type}\b(?!\.cs)"))
            .Select(type => $"{role} -> {other}.{type}");
    }

    /// <summary>The types at the top of a folder's files; what is nested belongs to its owner.</summary>
    private static IEnumerable<string> TypesOf(string role) => FilesOf(role)
        .SelectMany(file => TopLevelType().Matches(CodeOf(file)).Select(match => match.Groups[1].Value))
        .Distinct();

    private static string[] FilesOf(string role) =>
        Directory.GetFiles(Path.Combine(Source, role), "*.cs", SearchOption.AllDirectories);

    private static string CodeOf(string file) => Comment().Replace(File.ReadAllText(file), string.Empty);

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AkkaPipeline.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests have to run from within the repository.");
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"^(?:public|internal) (?:[a-z]+ )*(?:class|struct|record|interface|enum|record struct) (\w+)", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
