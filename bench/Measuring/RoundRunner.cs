using System.Diagnostics;

namespace AkkaPipeline.Bench.Measuring;

/// <summary>Runs all programs of a scenario round by round, after a warm-up, and checks what each of them did.</summary>
internal sealed class RoundRunner<T>(
    string scenario, Workload<T> workload, long itemsPerLap, bool tellsWritten = false)
{
    private const int WarmUps = 2;

    /// <summary>A warm-up runs a fifth of a round.</summary>
    private const int WarmUpShare = 5;

    private readonly long checksumOfLap = ChecksumOf(itemsPerLap);

    public async Task<IReadOnlyList<SubjectRounds>> RunAsync(
        IReadOnlyList<ISubject<T>> subjects,
        int rounds,
        Action<RoundResult> onRound)
    {
        for (int warmUp = 0; warmUp < WarmUps; warmUp++)
        {
            foreach (ISubject<T> subject in subjects)
                await MeasureAsync(subject, 0, Math.Max(1, subject.LapsPerRound / WarmUpShare));
        }

        var results = subjects.ToDictionary(subject => subject, _ => new List<RoundResult>());
        for (int round = 1; round <= rounds; round++)
        {
            // Back and forth, so that nobody always runs after the same neighbour.
            foreach (ISubject<T> subject in round % 2 == 1 ? subjects : subjects.Reverse())
            {
                RoundResult result = await MeasureAsync(subject, round, subject.LapsPerRound);
                results[subject].Add(result);
                onRound(result);
            }
        }

        return [.. subjects.Select(subject => new SubjectRounds(subject.Name, subject.Kind, results[subject]))];
    }

    private async Task<RoundResult> MeasureAsync(ISubject<T> subject, int round, int laps)
    {
        long items = laps * itemsPerLap;
        workload.Source = workload.Laps(laps, itemsPerLap);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        long writtenBefore = ProcessFigures.Written;
        long bytesBefore = GC.GetTotalAllocatedBytes(precise: true);
        long started = Stopwatch.GetTimestamp();
        await subject.RunAsync(workload);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        double bytesPerItem = (double)(GC.GetTotalAllocatedBytes(precise: true) - bytesBefore) / items;

        long checksum = Check(subject.Name, laps, items);
        return new RoundResult(
            scenario,
            subject.Name,
            round,
            Math.Round(items / elapsed.TotalSeconds),
            Math.Round(bytesPerItem - workload.BytesOfItem, 3),
            checksum,
            items)
        {
            WrittenPerItem = tellsWritten ? Math.Round((double)(ProcessFigures.Written - writtenBefore) / items, 3) : null,
        };
    }

    private long Check(string subject, int laps, long items)
    {
        (long count, long sum) = Tally.TakeAll();
        if (count != items || sum != laps * checksumOfLap)
        {
            throw new WrongChecksumException(
                $"{scenario}: {subject} handled {count} of {items} items, sum {sum} instead of {laps * checksumOfLap}");
        }

        return sum / laps;
    }

    private static long ChecksumOf(long itemsPerLap)
    {
        long sum = 0;
        for (long number = 0; number < itemsPerLap; number++)
            sum += Tally.Mix(number);
        return sum;
    }
}
