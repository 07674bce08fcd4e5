namespace AkkaPipeline.Storing.Sqlite;

/// <summary>How far replayable sources are.</summary>
internal sealed class CheckpointTable(SqlDatabase database, long queue)
{
    public void Write(StoredCheckpoint checkpoint)
    {
        var settled = StoredText.Of(checkpoint.Settled);
        var outputs = StoredText.Of(checkpoint.Outputs);
        database.Use("""
            INSERT OR REPLACE INTO checkpoints (queue, source, watermark, settled, position, outputs, format, crc)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """)
            .With(queue).With(checkpoint.Source).With(checkpoint.Watermark).With(settled).With(checkpoint.Position).With(outputs)
            .With(StoreSchema.Format).With(Check(checkpoint.Source, checkpoint.Watermark, settled, checkpoint.Position, outputs)).Run();
    }

    /// <param name="damaged">Sources whose checkpoint cannot be trusted.</param>
    public IReadOnlyList<StoredCheckpoint> Read(out IReadOnlyList<string> damaged)
    {
        var read = new List<StoredCheckpoint>();
        var bad = new List<string>();
        using var query = database.Use("""
            SELECT source, watermark, settled, position, outputs, format, crc FROM checkpoints WHERE queue = ? ORDER BY source
            """).With(queue);
        while (query.Step())
        {
            var (source, settled, position, outputs) =
                (query.Text(0) ?? "", query.Text(2) ?? "", query.Text(3) ?? "", query.Text(4) ?? "");
            if (query.Long(6) == Check(source, query.Long(1), settled, position, outputs) && RowQueries.FormatDamage(query.Long(5)) is null)
            {
                read.Add(new StoredCheckpoint(
                    source, query.Long(1), StoredText.Ranges(settled), position, StoredText.Lengths(outputs)));
            }
            else
            {
                bad.Add(source);
            }
        }

        damaged = bad;
        return read;
    }

    private long Check(string source, long watermark, string settled, string position, string outputs) =>
        RowCheck.Of(queue).And(source).And(watermark).And(settled).And(position).And(outputs).Value;
}
