namespace AkkaPipeline.Storing.Sqlite;

/// <summary>Where a store of SQLite is, and what it may take.</summary>
internal sealed record SqliteStoreSettings
{
    /// <summary>The file. Beside it stand <c>-wal</c> and <c>-shm</c> of SQLite, <c>.lock</c>, <c>.owner</c> and <c>.reserve</c>.</summary>
    public required string Path { get; init; }

    /// <summary>How long another instance that has the store open is waited for.</summary>
    public TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How large the file may grow; the log beside it and the reserve come on top. 0: as far as the disk goes.</summary>
    public long DiskBytesMax { get; init; }

    /// <summary>What is written to the log before it is brought home into the file, roughly; less on a small disk.</summary>
    public long LogBytes { get; init; } = 16 << 20;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Told what an operator should know and what stops nothing: damage moved aside, a file system not to be trusted.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Of a new file. With 4 KB a commit of many items took half as long again, of one item the same.</summary>
    public int PageBytes { get; init; } = 16384;
}
