using System.Buffers;
using System.Globalization;
using System.Text;
using AkkaPipeline.Storing.Sqlite;
using AkkaPipeline.Tests.Scenarios;
using Microsoft.Data.Sqlite;
using Xunit;

namespace AkkaPipeline.Tests.DurableQueues;

/// <summary>Items of a checkpointed job that wait for another attempt, and cannot be read back.</summary>
public sealed class CheckpointedRetriesTests : DurableQueue
{
    private readonly LinesInMemory sink = new();
    private readonly RecordingSink<DeadLetteredItem<int>> letters = new();

    [Fact]
    public async Task What_cannot_be_decoded_goes_to_the_sink_for_dead_letters()
    {
        await FailTwoOfTenAsync();

        await using var running = await Job(new Numbers(10), new Digits("other")).StartAsync().Soon();
        var settlement = await running.CompleteAsync().Soon();

        Assert.Equal((10, 8, 2), (settlement.Accepted, settlement.Acked, settlement.DeadLettered));
        Assert.Equal(["3", "7"], letters.Written.Select(letter => Encoding.UTF8.GetString(letter.Payload.Span)));
        Assert.All(letters.Written, letter => Assert.Equal(DeadLetterCause.Undecodable, letter.Cause));
        var queue = Assert.Single(StoreVerification.Run(StorePath).Queues);
        Assert.Equal((true, 2, 0, 0), (queue.Balances, queue.Counts.DeadLettered, queue.Alone, queue.DeadLetters));
    }

    [Fact]
    public async Task After_a_damaged_one_was_moved_aside_the_ledger_holds()
    {
        await FailTwoOfTenAsync();
        await using (var connection = new SqliteConnection($"Data Source={StorePath};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "UPDATE scheduled SET crc = crc + 1 WHERE sequence = 4";
            await command.ExecuteNonQueryAsync();
        }

        await using (var running = await Job(new Numbers(11), new Digits("digits")).StartAsync().Soon())
        {
            await running.Queue.UntilAsync(counts => counts is { Acked: 9, Scheduled: 1, Quarantined: 1 });
            await running.DrainAsync(TimeSpan.FromSeconds(20)).AsTask().Soon();
        }

        var queue = Assert.Single(StoreVerification.Run(StorePath).Queues);
        Assert.Equal((true, 11, 9, 1, 1), (queue.Balances, queue.Counts.Accepted, queue.Counts.Acked, queue.Counts.Quarantined, queue.Alone));
    }

    private async Task FailTwoOfTenAsync()
    {
        await using var running = await Job(new Numbers(10), new Digits("digits")).StartAsync().Soon();
        await running.Queue.UntilAsync(counts => counts is { Acked: 8, Scheduled: 2 });
        await running.DrainAsync(TimeSpan.FromSeconds(20)).AsTask().Soon();
    }

    private PipelineBuilder<int> Job(Numbers source, Digits codec) => InMemory<int>("job")
        .Checkpointed(StorePath)
        .Codec(codec)
        .From(source)
        .Retry(2, RetryBackoff.Constant(TimeSpan.FromHours(1)))
        .DeadLettersTo(letters)
        .Consume<string>(1, (delivery, outputs, _) =>
        {
            outputs.Emit($"{delivery.Item}");
            return delivery.Item is 3 or 7 ? throw new IOException("down") : ValueTask.CompletedTask;
        })
        .To(sink);

    private sealed class Digits(string name) : IItemCodec<int>
    {
        public string Name => name;

        public int Version => 1;

        public void Encode(int item, IBufferWriter<byte> into) => into.Write(Encoding.UTF8.GetBytes($"{item}"));

        public int Decode(ReadOnlySpan<byte> bytes, int version) => int.Parse(bytes, CultureInfo.InvariantCulture);
    }
}
