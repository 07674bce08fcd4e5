using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace AkkaPipeline.Telemetry;

/// <summary>What is measured of one consumer: how long its code takes, and an activity around it for each item.</summary>
internal sealed class ConsumerMeasures(string pipeline, ILogger log)
{
    private readonly PipelineTags tags = new(pipeline);
    private readonly ListenerGuard listeners = new(pipeline, log);
    private readonly string activityName = $"{TelemetryNames.Consume} {pipeline}";

    /// <summary>Whether somebody wants to know how long items take.</summary>
    public static bool WantsDurations => Instruments.ProcessDuration.Enabled;

    /// <summary>Whether somebody follows items; then each of them is run alone.</summary>
    public static bool WantsActivities => Instruments.Activities.HasListeners();

    /// <summary>Some items have been done, one after the other: their mean is recorded, once.</summary>
    public void Took(long nanoseconds, int items)
    {
        try
        {
            Instruments.ProcessDuration.Record(nanoseconds / 1e9 / items, tags.Of(TelemetryNames.Consume, TelemetryNames.Process));
        }
        catch (Exception thrown)
        {
            listeners.Contain(thrown);
        }
    }

    /// <summary>An item begins: what put it is the activity's parent, where that is known from its headers.</summary>
    /// <returns>Null if nobody wants it.</returns>
    public Activity? Begin(string id, int attempt, IReadOnlyDictionary<string, string> headers)
    {
        var operation = tags.Of(TelemetryNames.Consume, TelemetryNames.Process);
        operation.Add(TelemetryNames.MessageId, id);
        operation.Add(TelemetryNames.Attempt, attempt);
        var around = Activity.Current;
        try
        {
            return Instruments.Activities.StartActivity(activityName, ActivityKind.Consumer, TraceHeaders.ParentIn(headers), operation);
        }
        catch (Exception thrown)
        {
            // It may have begun all the same.
            Activity.Current = around;
            listeners.Contain(thrown);
            return null;
        }
    }

    /// <summary>An item has ended.</summary>
    /// <param name="activity">What <see cref="Begin"/> has returned.</param>
    /// <param name="around">What was current before that.</param>
    public void Stop(Activity? activity, Activity? around)
    {
        try
        {
            activity?.Dispose();
        }
        catch (Exception thrown)
        {
            Activity.Current = around;
            listeners.Contain(thrown);
        }
    }

    /// <summary>What the item has become.</summary>
    /// <param name="activity">Around it; null: nobody wants to know.</param>
    /// <param name="outcome">By its name.</param>
    /// <param name="cause">What has failed; its message may hold what is in the item, and stays here. Null: nothing.</param>
    public static void End(Activity? activity, string outcome, Exception? cause = null)
    {
        activity?.SetTag(TelemetryNames.Outcome, outcome);
        if (cause is not null)
        {
            activity?.SetTag(TelemetryNames.ErrorType, cause.GetType().FullName);
            activity?.SetStatus(ActivityStatusCode.Error);
        }
    }
}
