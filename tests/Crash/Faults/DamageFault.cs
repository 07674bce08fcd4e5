using AkkaPipeline.Crash.Checking;
using AkkaPipeline.Crash.Working;
using AkkaPipeline.Storing.Sqlite;
using Microsoft.Data.Sqlite;

namespace AkkaPipeline.Crash.Faults;

/// <summary>
/// Flipped bits: `verify` names them; the damaged row is moved aside and counted; all other items come, each as it was put.
/// </summary>
internal static class DamageFault
{
    private const string Anywhere = "anywhere in the file";

    public static IReadOnlyList<string> Places { get; } = ["heads.count", "heads.crc", "bodies.payload", "bodies.lengths", "settled.bits", "scheduled.payload", "counters.acked", Anywhere];

    public static async Task RunAsync(FaultCase one, string where, Random random)
    {
        await FillAsync(one);
        BringHome(one.Store);
        var before = StoreContents.Read(one.Store);
        var damaged = where == Anywhere ? FlipAnywhere(one.Store, random) : FlipIn(one.Store, where, random);
        if (damaged == 0)
        {
            throw new InvalidOperationException("there is no such row in this store");
        }

        string? unreadable = null;
        var named = 0;
        try
        {
            named = StoreVerification.Run(one.Store).Damage.Count;
        }
        catch (StoreException failure)
        {
            unreadable = failure.Message;
        }

        one.Expect(named > 0 || unreadable is not null || where == Anywhere, "verify names nothing");
        using var worker = await FaultCase.StartAsync(one.Order with { Drains = true, Getters = 0, Again = [] });
        int status;
        try
        {
            status = await worker.EndAsync().WaitAsync(FaultCase.Patience, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            one.Wrong.Add("the drain does not end: " + worker.Errors);
            await worker.KillAsync();
            return;
        }

        if (status != 0)
        {
            one.Seen = $" (refused: {worker.Errors.Split('\n')[0]})";
            one.Expect(where == Anywhere && worker.Errors.Contains(one.Store, StringComparison.Ordinal), "it does not start: " + worker.Errors);
            return;
        }

        Compare(one, before, worker.Records, named + (unreadable is null ? 0 : 1));
    }

    private static void Compare(FaultCase one, StoreContents before, IReadOnlyList<LogRecord> records, int named)
    {
        var delivered = new HashSet<long>();
        foreach (var record in records.Where(record => record.What == Happening.Delivered))
        {
            var item = before.Items.FirstOrDefault(item => item.Number == record.Item);
            one.Expect(item.Hash == record.Hash, $"item {record.Item:x} came with another payload");
            delivered.Add(record.Item);
        }

        var after = StoreContents.Read(one.Store);
        var letters = after.Items.Where(item => item.IsLetter).Select(item => item.Number).ToHashSet();
        var missing = before.Items.Count(item => !delivered.Contains(item.Number) && !letters.Contains(item.Number));
        var quarantined = after.Queue!.Counts.Quarantined;
        one.Seen = $" ({named} named, {missing} of {before.Items.Count} items set aside, {quarantined} counted)";
        one.Expect(missing <= quarantined, $"{missing} items are missing and {quarantined} are counted as quarantined");
        one.Expect(after.Queue.Balances && after.Queue.Counts.Left == 0, $"the ledger afterwards: {after.Queue}");
    }

    /// <summary>Items in rows, some of them settled, some that wait for another attempt.</summary>
    private static async Task FillAsync(FaultCase one)
    {
        using (var putting = await FaultCase.StartAsync(one.Order with { Consumers = 0, Getters = 0 }))
        {
            await FaultCase.ComesAsync(putting, 600, record => record.What == Happening.Confirmed);
            await one.KillAndCheckAsync(putting);
        }

        var backlog = StoreContents.Read(one.Store).Items.Count;
        using var working = await FaultCase.StartAsync(one.Order with { Getters = 1, Consumers = 0, FirstCount = one.Checker.NextCount, Again = [] });
        await FaultCase.ComesAsync(working, 0, record => record.What == Happening.Ended && record.How == Ending.Fail);
        await one.KillAndCheckAsync(working);
        one.Seen = $" ({backlog} items)";
    }

    private static void BringHome(string path)
    {
        using var database = SqlDatabase.Open(path, SqliteOpenMode.ReadWrite);
        database.Checkpoint(truncate: true);
    }

    private static int FlipIn(string path, string where, Random random)
    {
        var (table, column) = (where.Split('.')[0], where.Split('.')[1]);
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString);
        connection.Open();
        var key = table switch { "bodies" => "body", "scheduled" => "sequence", "counters" => "queue", _ => "first" };
        using var query = connection.CreateCommand();
        query.CommandText = $"SELECT {key}, {column} FROM {table} ORDER BY random() LIMIT 1";
        object? value = null;
        var place = 0L;
        using (var reader = query.ExecuteReader())
        {
            if (reader.Read())
            {
                (place, value) = (reader.GetInt64(0), reader.GetValue(1));
            }
        }

        if (value is byte[] { Length: > 0 } bytes)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }
        else if (value is long number)
        {
            value = number ^ (1L << random.Next(10));
        }
        else
        {
            return 0;
        }

        using var update = connection.CreateCommand();
        update.CommandText = $"UPDATE {table} SET {column} = $value WHERE {key} = $key";
        update.Parameters.AddWithValue("$value", value);
        update.Parameters.AddWithValue("$key", place);
        return update.ExecuteNonQuery();
    }

    private static int FlipAnywhere(string path, Random random)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        for (var flips = 0; flips < 8; flips++)
        {
            file.Position = random.NextInt64(4096, file.Length);
            var one = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(one ^ (1 << random.Next(8))));
        }

        return 8;
    }
}
