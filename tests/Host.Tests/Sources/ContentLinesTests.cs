using AkkaPipeline.Host.Sources;
using AkkaPipeline.Storing;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Host.Tests.Sources;

public sealed class ContentLinesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private readonly List<ContentLines> opened = [];

    public void Dispose()
    {
        opened.ForEach(source => source.Dispose());
        folder.Dispose();
    }

    [Fact]
    public void Whatever_is_edited_each_new_line_comes_once_and_no_done_line_comes_again() =>
        Gen.Select(Gen.Int[0, 6].Array[1, 20], Gen.Int).Sample((words, seed) =>
        {
            var random = new Random(seed);
            List<string> lines = [.. words.Select(word => $"line {word}")];
            Write(lines);
            var source = New();
            string[] read = [.. source.Texts()];
            Assert.Equal(lines, read);
            for (int run = 0; run < 3; run++)
            {
                var settled = NumberSet.Of(Enumerable.Range(0, read.Length).Where(_ => random.Next(2) == 0).Select(number => new NumberRange(number, 1)));
                string position = source.PositionAt(settled.Watermark);
                Edit(lines, random);
                Write(lines);
                source = New();
                Assert.Equal(settled.Count, source.ResumeWithout(position, settled));
                string[] done = [.. read.Where((_, number) => settled.Contains(number))];
                string[] left = [.. source.Texts()];

                // As a multiset: what the file has more of than was done.
                Assert.Equal(Without(lines, done), left.Order());
                read = [.. done, .. left];
                source.PositionAt(read.Length);
                source.Forget(settled.Count);
            }
        }, iter: 30, threads: 1);

    [Fact]
    public void Lines_keep_the_number_they_have_in_the_file()
    {
        Write(["one", "two", "three"]);
        var source = New();
        Assert.Equal(3, source.Texts().Count());
        string position = source.PositionAt(1);
        Write(["zero", "one", "two", "three"]);
        var resumed = New();
        resumed.ResumeAt(position, 1);

        Assert.Equal([1, 3, 4], resumed.ToBlockingEnumerable().Select(line => line.Number));
    }

    [Fact]
    public void The_identities_of_the_run_before_stay_until_there_is_a_new_checkpoint()
    {
        Write(["one", "two", "three"]);
        var first = New();
        Assert.Equal(3, first.Texts().Count());
        string position = first.PositionAt(2);
        New().ResumeAt(position, 2);
        var again = New();
        again.ResumeAt(position, 2);
        Assert.Equal(["three"], again.Texts());
        again.PositionAt(3);
        again.Forget(3);

        Assert.Equal(["in.txt", "state.lines-2"], folder.Names);
    }

    [Fact]
    public void A_damaged_file_of_identities_is_refused()
    {
        Write(["one", "two"]);
        var first = New();
        Assert.Equal(2, first.Texts().Count());
        string position = first.PositionAt(2);
        byte[] bytes = File.ReadAllBytes(folder["state.lines-1"]);
        bytes[5] ^= 1;
        File.WriteAllBytes(folder["state.lines-1"], bytes);

        Assert.Contains("damaged", Assert.Throws<SourceChangedException>(() => New().ResumeAt(position, 2)).Message, StringComparison.Ordinal);
        File.Delete(folder["state.lines-1"]);
        Assert.Contains("missing", Assert.Throws<SourceChangedException>(() => New().ResumeAt(position, 2)).Message, StringComparison.Ordinal);
        Assert.Contains("--restart", Assert.Throws<SourceChangedException>(() => New().ResumeAt("file-1 line=0", 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_last_line_without_a_line_end_is_not_firm()
    {
        File.WriteAllText(folder["in.txt"], "one\ntwo\nthr");
        var source = New();
        Assert.Equal(3, source.Texts().Count());

        Assert.Equal(2, source.FirmBelow);
    }

    private static IEnumerable<string> Without(IEnumerable<string> lines, IEnumerable<string> done)
    {
        var counts = done.CountBy(line => line).ToDictionary();
        return lines.Where(line => !(counts.TryGetValue(line, out int count) && count > 0 && --counts[line] >= 0)).Order();
    }

    private static void Edit(List<string> lines, Random random)
    {
        lines.Insert(random.Next(lines.Count + 1), $"line {random.Next(9)}");
        lines.RemoveAt(random.Next(lines.Count));
        int moved = random.Next(lines.Count + 1);
        if (moved < lines.Count)
        {
            string line = lines[moved];
            lines.RemoveAt(moved);
            lines.Insert(random.Next(lines.Count + 1), line);
        }

        lines.Insert(0, $"line {random.Next(9)}");
    }

    private void Write(IEnumerable<string> lines) => File.WriteAllText(folder["in.txt"], string.Concat(lines.Select(line => line + "\n")));

    private ContentLines New()
    {
        opened.Add(new ContentLines(folder["in.txt"], folder["state.lines"]));
        return opened[^1];
    }
}
