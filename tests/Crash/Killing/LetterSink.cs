using System.Globalization;

namespace AkkaPipeline.Crash.Killing;

/// <summary>Dead letters as lines of a file: the item, why, after how many attempts.</summary>
internal sealed class LetterSink(string folder) : IBatchSink<DeadLetteredItem<int>>
{
    public static string PathIn(string folder) => Path.Combine(folder, "letters");

    public async ValueTask<BatchResult> WriteAsync(Batch<DeadLetteredItem<int>> batch, CancellationToken cancellationToken)
    {
        var lines = batch.Outputs.ToArray().Select(letter =>
            string.Create(CultureInfo.InvariantCulture, $"{letter.Item} {letter.Cause} {letter.Attempts.Count}"));
        await File.AppendAllLinesAsync(PathIn(folder), lines, cancellationToken);
        return BatchResult.Written;
    }
}
