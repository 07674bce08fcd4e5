using AkkaPipeline.Sinking;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace AkkaPipeline.Tests.Sinking;

/// <summary>What a sink's core has asked for; each write is a name, and its outputs are numbers.</summary>
internal sealed class RecordedSink : ISinkEffects<string, int>
{
    private readonly FakeTimeProvider time = new();
    private readonly SinkState<string, int> state;
    private DateTimeOffset? alarmAt;
    private int lastWrite;

    public RecordedSink(BatchBounds bounds, RepeatsInPlace? repeats = null) =>
        state = new SinkState<string, int>(bounds, repeats, time, this);

    public SinkState<string, int> State => state;

    /// <summary>The batches that were to be written, as they were then.</summary>
    public List<(string Outputs, BatchClosedBy ClosedBy, string? Key)> Batches { get; } = [];

    /// <summary>For each answered item, "1" or the failure.</summary>
    public List<string> Answers { get; } = [];

    public List<string> Told { get; } = [];

    public int RoomFreed { get; private set; }

    public long BytesFreed { get; private set; }

    public List<SinkEnding> Closings { get; } = [];

    public string LastBatch => Batches[^1].Outputs;

    /// <summary>Writes outputs of one item each; "a1" has the key "a".</summary>
    public void Write(params int[] outputs) => Write(outputs, null, null, null);

    public void WriteKeyed(string key, params int[] outputs) => Write(outputs, null, [.. outputs.Select(_ => key)], null);

    public void Write(int[] outputs, int[]? ends, string[]? keys, int[]? sizes) => state.Write(
        $"w{++lastWrite}", new WriteOutputs<int>(ends?.Length ?? outputs.Length, outputs, outputs.Length, sizes?.Sum() ?? 0, ends, keys, sizes));

    public void Succeed() => state.Finished(BatchOutcome.Written);

    public void Fail(string why, TimeSpan? breakFor = null) =>
        state.Finished(new BatchOutcome(new InvalidDataException(why)), breakFor);

    /// <summary>Some outputs fail: those that are not null.</summary>
    public void FailSome(params string?[] why) =>
        state.Finished(new BatchOutcome(null, [.. why.Select(text => text is null ? null : new InvalidDataException(text))]));

    public void Pass(double seconds)
    {
        var end = time.GetUtcNow().AddSeconds(seconds);
        while (alarmAt <= end)
        {
            time.SetUtcNow(alarmAt.Value);
            alarmAt = null;
            state.Alarm();
        }

        time.SetUtcNow(end);
    }

    void ISinkEffects<string, int>.Write(OutputBatch<string, int> batch)
    {
        Assert.Empty(Closings);
        var given = batch.ToWrite();
        Batches.Add((string.Join(' ', given.Outputs.ToArray()), given.ClosedBy, given.Key));
    }

    void IItemAnswers<string>.Answer(string write, int from, int count, Exception? failure) =>
        Answers.AddRange(Enumerable.Range(from, count).Select(item => $"{write}.{item} {failure?.Message ?? "written"}"));

    void IItemAnswers<string>.Done(string write) => Told.Add($"{write} done");

    void ISinkEffects<string, int>.Free(int outputs, long bytes)
    {
        RoomFreed += outputs;
        BytesFreed += bytes;
    }

    void ISinkEffects<string, int>.WakeAfter(TimeSpan delay) => alarmAt = time.GetUtcNow() + delay;

    void ISinkEffects<string, int>.Pause(TimeSpan wait) => Told.Add($"pause {wait.TotalSeconds}");

    void ISinkEffects<string, int>.Probe() => Told.Add("probe");

    void ISinkEffects<string, int>.Resume() => Told.Add("resume");

    void ISinkEffects<string, int>.Close(SinkEnding ending) => Closings.Add(ending);
}
