using System.Diagnostics;

namespace AkkaPipeline.Telemetry;

/// <summary>Carries the activity that puts an item in the item's headers, by W3C Trace Context.</summary>
internal static class TraceHeaders
{
    /// <summary>
    /// An item's headers, with the activity of whoever puts it, where there is one and somebody listens. What the user has
    /// said stays.
    /// </summary>
    public static IReadOnlyDictionary<string, string>? With(IReadOnlyDictionary<string, string>? given)
    {
        if (!Instruments.Activities.HasListeners()
            || Activity.Current is not { IdFormat: ActivityIdFormat.W3C, Id: { } id } current
            || given?.ContainsKey(TelemetryNames.TraceParent) == true)
        {
            return given;
        }

        var headers = given is null ? [] : new Dictionary<string, string>(given);
        headers[TelemetryNames.TraceParent] = id;
        if (current.TraceStateString is { Length: > 0 } state)
        {
            headers[TelemetryNames.TraceState] = state;
        }

        return headers;
    }

    /// <summary>Who put the item; nobody, where the headers say nothing that can be read.</summary>
    public static ActivityContext ParentIn(IReadOnlyDictionary<string, string> headers) =>
        headers.TryGetValue(TelemetryNames.TraceParent, out var parent)
        && ActivityContext.TryParse(parent, headers.GetValueOrDefault(TelemetryNames.TraceState), isRemote: true, out var context)
            ? context
            : default;
}
