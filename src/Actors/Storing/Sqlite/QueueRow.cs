namespace AkkaPipeline.Storing.Sqlite;

/// <summary>A queue's own row: its name, the instance that its delivery ids carry, and the epoch of the run that may write.</summary>
internal sealed record QueueRow(long Queue, string Name, string Instance, int Epoch)
{
    /// <summary>Finds the queue, or makes it, and raises its epoch.</summary>
    public static QueueRow Enter(SqlDatabase database, string name)
    {
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            var entered = Find(database, name) is { } found
                ? found with { Epoch = found.Epoch + 1 }
                : new QueueRow(database.ReadLong("SELECT max(queue) FROM queues") + 1, name, NewInstance(), 1);
            entered.Write(database);
            if (entered.Epoch == 1)
            {
                new CountersTable(database, entered.Queue).Restore(StoreCounts.None, 0);
            }

            database.Execute("COMMIT");
            return entered;
        }
        catch
        {
            if (database.InTransaction)
            {
                database.Execute("ROLLBACK");
            }

            throw;
        }
    }

    /// <summary>Gives it a new instance: no delivery of it has the id of one before.</summary>
    public QueueRow Renew(SqlDatabase database)
    {
        var renewed = this with { Instance = NewInstance() };
        renewed.Write(database);
        return renewed;
    }

    /// <summary>Within a transaction, so that nobody raises it before that ends.</summary>
    public void CheckEpoch(SqlDatabase database)
    {
        using var query = database.Use("SELECT epoch FROM queues WHERE queue = ?").With(Queue);
        if (!query.Step() || query.Long(0) != Epoch)
        {
            throw new StoreException(
                $"fenced: another run of the queue {Name} has opened this store since (its epoch is {query.Long(0)}, ours {Epoch})");
        }
    }

    public static QueueRow? Find(SqlDatabase database, string name)
    {
        using var query = database.Use(
            "SELECT queue, name, instance, epoch, format, crc FROM queues WHERE name = ? AND shard = 0").With(name);
        if (!query.Step())
        {
            return null;
        }

        var row = Read(query, out var damage);
        return damage is null ? row : throw new StoreException($"the row of the queue {name} is damaged: {damage}. Restore the file from a copy.");
    }

    public static QueueRow Read(SqlStatement query, out string? damage)
    {
        var row = new QueueRow(query.Long(0), query.Text(1) ?? "", query.Text(2) ?? "", (int)query.Long(3));
        damage = query.Long(5) == row.Check() ? RowQueries.FormatDamage(query.Long(4)) : "it does not match its checksum";
        return row;
    }

    private void Write(SqlDatabase database) =>
        database.Use("INSERT OR REPLACE INTO queues (queue, name, shard, instance, epoch, format, crc) VALUES (?, ?, 0, ?, ?, ?, ?)")
            .With(Queue).With(Name).With(Instance).With(Epoch).With(StoreSchema.Format).With(Check()).Run();

    private long Check() => RowCheck.Of(Queue).And(Name).And(0).And(Instance).And(Epoch).Value;

    private static string NewInstance() => Guid.NewGuid().ToString("N")[..12];
}
