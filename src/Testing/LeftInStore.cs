using AkkaPipeline.Storing;
using AkkaPipeline.Storing.Sqlite;

namespace AkkaPipeline.Testing;

/// <summary>
/// What a pipeline that has ended has left in its store. Its source cannot tell: it hears of an item once the store answers for it.
/// </summary>
internal static class LeftInStore
{
    /// <summary>The numbers of the items that are not settled.</summary>
    public static IReadOnlySet<long> Read(string path, string pipeline)
    {
        var left = new HashSet<long>();
        using var database = StoreFile.OpenToRead(StoreFiles.FinalPath(path));
        using var rows = database.Use("""
            SELECT h.first, h.count, s.bits FROM queues q JOIN heads h USING (queue)
            LEFT JOIN settled s ON s.queue = h.queue AND s.first = h.first WHERE q.name = ?
            """).With(pipeline);
        while (rows.Step())
        {
            var (first, count) = (rows.Long(0), (int)rows.Long(1));
            var settled = rows.IsNull(2) ? null : SettledBits.Read(rows.Bytes(2), count);
            left.UnionWith(Enumerable.Range(0, count).Where(index => settled is null || !SettledBits.IsSet(settled, index)).Select(index => first + index));
        }

        using var alone = database.Use("SELECT sequence FROM queues q JOIN scheduled s USING (queue) WHERE q.name = ?").With(pipeline);
        while (alone.Step())
        {
            left.Add(alone.Long(0));
        }

        return left;
    }
}
