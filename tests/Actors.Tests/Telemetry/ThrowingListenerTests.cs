using System.Diagnostics;
using System.Diagnostics.Metrics;
using AkkaPipeline.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AkkaPipeline.Tests.Telemetry;

/// <summary>.NET runs listeners' code in the place of whoever measures, and does not contain what it throws.</summary>
[Collection(TelemetryCollection.Name)]
public sealed class ThrowingListenerTests
{
    [Fact]
    public async Task A_listener_to_the_meter_that_throws_harms_no_pipeline_and_is_told_once()
    {
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == "AkkaPipeline")
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new IOException("the exporter is gone"));
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => throw new IOException("the exporter is gone"));
        listener.Start();

        await RunAsync();
    }

    [Theory]
    [InlineData("sample")]
    [InlineData("started")]
    [InlineData("stopped")]
    public async Task A_listener_to_activities_that_throws_harms_no_pipeline_and_is_told_once(string when)
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "AkkaPipeline",
            Sample = (ref _) => when == "sample" ? throw new IOException("the exporter is gone") : ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = _ => ThrowIf("started"),
            ActivityStopped = _ => ThrowIf("stopped"),
        };
        ActivitySource.AddActivityListener(listener);

        var seen = await RunAsync();

        // What one item has left behind is no parent of the next.
        Assert.All(seen, around => Assert.True(around is null || around.Parent is null));

        void ThrowIf(string now)
        {
            if (now == when)
            {
                throw new IOException("the exporter is gone");
            }
        }
    }

    private static async Task<IReadOnlyList<Activity?>> RunAsync()
    {
        var seen = new List<Activity?>();
        await using var host = await TestHost.StartedAsync(services => services.AddPipeline<string>("orders", pipeline => pipeline
            .Consume(1, (_, _) =>
            {
                seen.Add(Activity.Current);
                return ValueTask.CompletedTask;
            })));
        var orders = host.Services.GetRequiredService<IWorkQueue<string>>();
        await orders.PutAllAsync("one", "two", "three");

        Assert.Equal(3, (await orders.JoinAsync().Soon()).Acked);
        await host.StopAsync();
        var told = Assert.Single(host.Logged, line => line.Id == 406);
        Assert.Equal("the exporter is gone", told.Exception!.Message);
        Assert.Equal(3, seen.Count);
        return seen;
    }
}
