namespace AkkaPipeline.Storing.Sqlite;

/// <summary>The tables, and the steps from each format to the next. What the columns mean stands in docs/durability.md.</summary>
internal static class StoreSchema
{
    /// <summary>What this program writes.</summary>
    public const int Format = 2;

    /// <summary>Marks the file as ours: "AkPl".</summary>
    public const int ApplicationId = 0x416B506C;

    private const string Format1 = """
        CREATE TABLE queues (
            queue INTEGER PRIMARY KEY, name TEXT NOT NULL, shard INTEGER NOT NULL, instance TEXT NOT NULL,
            epoch INTEGER NOT NULL, format INTEGER NOT NULL, crc INTEGER NOT NULL, UNIQUE (name, shard));
        CREATE TABLE counters (
            queue INTEGER PRIMARY KEY, last_sequence INTEGER NOT NULL, accepted INTEGER NOT NULL, acked INTEGER NOT NULL,
            dead_lettered INTEGER NOT NULL, dropped INTEGER NOT NULL, retried INTEGER NOT NULL, quarantined INTEGER NOT NULL,
            last_letter INTEGER NOT NULL, format INTEGER NOT NULL, crc INTEGER NOT NULL);
        CREATE TABLE heads (
            queue INTEGER NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL, bytes INTEGER NOT NULL,
            codec TEXT NOT NULL, codec_version INTEGER NOT NULL, body INTEGER NOT NULL,
            format INTEGER NOT NULL, crc INTEGER NOT NULL, PRIMARY KEY (queue, first)) WITHOUT ROWID;
        CREATE TABLE bodies (
            body INTEGER PRIMARY KEY, format INTEGER NOT NULL, crc INTEGER NOT NULL,
            lengths BLOB NOT NULL, headers TEXT, payload BLOB NOT NULL);
        CREATE TABLE settled (
            queue INTEGER NOT NULL, first INTEGER NOT NULL, bits BLOB NOT NULL,
            format INTEGER NOT NULL, crc INTEGER NOT NULL, PRIMARY KEY (queue, first)) WITHOUT ROWID;
        CREATE TABLE scheduled (
            queue INTEGER NOT NULL, sequence INTEGER NOT NULL, due TEXT, delay_ticks INTEGER NOT NULL,
            attempts INTEGER NOT NULL, history TEXT, headers TEXT, codec TEXT NOT NULL, codec_version INTEGER NOT NULL,
            format INTEGER NOT NULL, crc INTEGER NOT NULL, payload BLOB NOT NULL, PRIMARY KEY (queue, sequence)) WITHOUT ROWID;
        CREATE TABLE dead_letters (
            queue INTEGER NOT NULL, number INTEGER NOT NULL, id TEXT NOT NULL, sequence INTEGER NOT NULL, key TEXT,
            cause TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL, attempts TEXT, headers TEXT,
            codec TEXT NOT NULL, codec_version INTEGER NOT NULL,
            format INTEGER NOT NULL, crc INTEGER NOT NULL, payload BLOB NOT NULL, PRIMARY KEY (queue, number)) WITHOUT ROWID;
        CREATE INDEX dead_letters_by_id ON dead_letters (queue, id);
        CREATE TABLE checkpoints (
            queue INTEGER NOT NULL, source TEXT NOT NULL, watermark INTEGER NOT NULL, settled TEXT NOT NULL,
            position TEXT NOT NULL, outputs TEXT NOT NULL,
            format INTEGER NOT NULL, crc INTEGER NOT NULL, PRIMARY KEY (queue, source)) WITHOUT ROWID;
        CREATE TABLE put_ids (
            queue INTEGER NOT NULL, number INTEGER NOT NULL, id TEXT NOT NULL, sequence INTEGER NOT NULL, at TEXT NOT NULL,
            format INTEGER NOT NULL, crc INTEGER NOT NULL, PRIMARY KEY (queue, number)) WITHOUT ROWID;
        CREATE TABLE quarantined (
            number INTEGER PRIMARY KEY, queue INTEGER NOT NULL, came_from TEXT NOT NULL, place INTEGER NOT NULL,
            unsettled INTEGER NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL, content TEXT);
        """;

    private const string Format2 = """
        CREATE TABLE handovers (
            handover TEXT NOT NULL, number INTEGER NOT NULL, codec TEXT NOT NULL, codec_version INTEGER NOT NULL,
            format INTEGER NOT NULL, crc INTEGER NOT NULL, payload BLOB NOT NULL, PRIMARY KEY (handover, number)) WITHOUT ROWID;
        CREATE TABLE handover_numbers (
            handover TEXT PRIMARY KEY, last INTEGER NOT NULL, format INTEGER NOT NULL, crc INTEGER NOT NULL) WITHOUT ROWID;
        """;

    /// <summary>The step at index n leads from format n to format n + 1.</summary>
    private static readonly string[] Steps = [Format1, Format2];

    /// <summary>Brings a file to this program's format, a step a transaction.</summary>
    public static void Migrate(SqlDatabase database, int from)
    {
        for (var format = from; format < Format; format++)
        {
            database.Execute("BEGIN IMMEDIATE");
            database.Execute(Steps[format]);
            database.Execute($"PRAGMA application_id = {ApplicationId}");
            database.Execute($"PRAGMA user_version = {format + 1}");
            database.Execute("COMMIT");
        }
    }
}
