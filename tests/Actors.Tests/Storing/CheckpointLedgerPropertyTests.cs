using AkkaPipeline.Storing;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Storing;

/// <summary>Random jobs, each told to a ledger and to a plain record of what happened, with checkpoints in between.</summary>
public sealed class CheckpointLedgerPropertyTests
{
    private const int Items = 12;
    private static readonly string[] Files = ["out", "rejected"];

    [Fact]
    public void A_checkpoint_holds_exactly_the_items_whose_outputs_lie_in_its_lengths() => Gen.Int.Sample(seed =>
    {
        var job = new Job(new Random(seed), moves: true);
        while (job.Step())
        {
            job.CheckTaken();
        }

        var last = job.Ledger.Take();
        job.Check(last);
        Assert.Equal(Items, last.Watermark);
        Assert.Equal(Items, last.Acked + last.DeadLettered);
        Assert.All(Files, file => Assert.Equal(job.Writes[file].Count, last.Outputs.GetValueOrDefault(file)));
    }, iter: 3000);

    [Fact]
    public void No_larger_checkpoint_would_do() => Gen.Int.Sample(seed =>
    {
        var job = new Job(new Random(seed), moves: false);
        var steps = new Random(seed).Next(4 * Items);
        for (var step = 0; step < steps && job.Step(); step++)
        {
        }

        var taken = job.Ledger.Take();
        Assert.Equal(job.LargestLengths(), Files.Select(file => (int)taken.Outputs.GetValueOrDefault(file)));
        Assert.Equal(job.SettledWithin([.. job.LargestLengths()]).Order(), Numbers(taken.Settled));
    }, iter: 3000);

    private static IEnumerable<int> Numbers(NumberSet set) =>
        Enumerable.Range(0, Items).Where(number => set.Contains(number));

    /// <summary>A write's length is its number, so that a file's length says how many writes are in it.</summary>
    private sealed class Job(Random random, bool moves)
    {
        private readonly int[] attempts = new int[Items];
        private readonly int[] written = new int[Items];
        private readonly bool[] settled = new bool[Items];
        private readonly HashSet<int> rows = [];

        public CheckpointLedger Ledger { get; } = new();

        public Dictionary<string, List<(int Item, int Attempt)[]>> Writes { get; } = Files.ToDictionary(file => file, _ => new List<(int, int)[]>());

        public bool Step()
        {
            var open = Enumerable.Range(0, Items).Where(item => !settled[item]).ToArray();
            if (open.Length == 0)
            {
                return false;
            }

            var item = open[random.Next(open.Length)];
            switch (random.Next(4))
            {
                case 0:
                    Write(open);
                    break;
                case 1 when moves && attempts[item] < 3:
                    attempts[item]++;
                    Ledger.Moved(item);
                    break;
                case 2 or 3 when written[item] > 0 || random.Next(3) == 0:
                    settled[item] = true;
                    Ledger.Settled(item, 1, random.Next(2) == 0 ? SettledAs.Acked : SettledAs.DeadLettered);
                    break;
            }

            return true;
        }

        public void CheckTaken()
        {
            if (random.Next(5) == 0)
            {
                Check(Ledger.Take());
            }
        }

        /// <summary>A crash now, and going on from this checkpoint, loses no output and doubles none.</summary>
        public void Check(TakenCheckpoint taken)
        {
            foreach (var row in taken.RowsWritten)
            {
                Assert.False(settled[row], "Nobody has the payload of an item that has ended.");
                rows.Add((int)row);
            }

            Assert.All(taken.RowsSettled, row => Assert.True(rows.Remove((int)row) && settled[row]));
            for (var item = 0; item < Items; item++)
            {
                var entries = Files.SelectMany(file => Writes[file].Select((write, index) =>
                    (InFile: index < taken.Outputs.GetValueOrDefault(file), Entry: write.FirstOrDefault(one => one.Item == item, (Item: -1, Attempt: 0)))))
                    .Where(entry => entry.Entry.Item == item).ToArray();
                if (!taken.Settled.Contains(item))
                {
                    Assert.All(entries, entry => Assert.False(entry.InFile, "It will be read and written again."));
                }
                else if (rows.Contains(item))
                {
                    var last = attempts[item];
                    Assert.All(entries, entry => Assert.True(!entry.InFile || entry.Entry.Attempt < last, "Its row will be tried and written again."));
                }
                else
                {
                    Assert.True(settled[item]);
                    Assert.All(entries, entry => Assert.True(entry.InFile, "Nobody will write it again."));
                }
            }
        }

        public List<int> LargestLengths()
        {
            var cuts =
                from one in Enumerable.Range(0, Writes[Files[0]].Count + 1)
                from other in Enumerable.Range(0, Writes[Files[1]].Count + 1)
                where IsConsistent([one, other])
                orderby one + other descending
                select new List<int> { one, other };
            return cuts.First();
        }

        public IEnumerable<int> SettledWithin(int[] lengths) =>
            Enumerable.Range(0, Items).Where(item => settled[item] && !IsBehind(item, lengths));

        private bool IsConsistent(int[] lengths) => Files.Index().All(file => Writes[file.Item].Take(lengths[file.Index])
            .All(write => write.All(entry => settled[entry.Item] && !IsBehind(entry.Item, lengths))));

        private bool IsBehind(int item, int[] lengths) => Files.Index().Any(file => Writes[file.Item].Skip(lengths[file.Index])
            .Any(write => write.Any(entry => entry.Item == item)));

        private void Write(int[] open)
        {
            var items = open.Where(_ => random.Next(4) == 0).ToArray();
            if (items.Length == 0)
            {
                return;
            }

            var file = Files[random.Next(Files.Length)];
            Writes[file].Add([.. items.Select(item => (item, attempts[item]))]);
            Ledger.Written(file, Writes[file].Count, [.. items.Select(item => new NumberRange(item, 1))]);
            foreach (var item in items)
            {
                written[item]++;
            }
        }
    }
}
