using System.Diagnostics.Metrics;
using Xunit;

namespace AkkaPipeline.Tests.Telemetry;

/// <summary>Listens to what is measured of one pipeline, as an exporter does.</summary>
internal sealed class MeterRecorder : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<Measured> measured = [];
    private readonly MeterListener listener = new();
    private readonly string pipeline;

    public MeterRecorder(string pipeline)
    {
        this.pipeline = pipeline;
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (instrument.Meter.Name == "AkkaPipeline")
            {
                to.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
    }

    public IReadOnlyList<Measured> All(string instrument)
    {
        lock (gate)
        {
            return [.. measured.Where(one => one.Instrument == instrument)];
        }
    }

    public double Sum(string instrument, string? outcome = null) => All(instrument)
        .Where(one => outcome is null || one.Tags.GetValueOrDefault("akkapipeline.outcome") == outcome)
        .Sum(one => one.Value);

    /// <summary>Collects once what is only told when it is asked for.</summary>
    /// <returns>Null: nothing is told.</returns>
    public double? Read(string instrument)
    {
        lock (gate)
        {
            measured.RemoveAll(one => one.Instrument == instrument);
        }

        listener.RecordObservableInstruments();
        return All(instrument) is [var only] ? only.Value : null;
    }

    /// <summary>The queue counts after each message, which may be a moment after others have heard of it.</summary>
    public async Task UntilAsync(Func<MeterRecorder, bool> wanted)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!wanted(this))
        {
            Assert.False(patience.IsCancellationRequested, "What was to be measured is not.");
            await Task.Yield();
        }
    }

    public void Dispose() => listener.Dispose();

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var known = new Dictionary<string, string?>();
        foreach (var (name, said) in tags)
        {
            known.Add(name, said?.ToString());
        }

        if (known.GetValueOrDefault("messaging.destination.name") == pipeline)
        {
            lock (gate)
            {
                measured.Add(new Measured(instrument.Name, value, known));
            }
        }
    }

    internal sealed record Measured(string Instrument, double Value, IReadOnlyDictionary<string, string?> Tags);
}
