namespace AkkaPipeline;

/// <summary>What a host's pipelines have in common: <c>services.Configure&lt;PipelineHostOptions&gt;(…)</c>.</summary>
public sealed class PipelineHostOptions
{
    /// <summary>
    /// How long the pipelines of the host, which drain at the same time, may take to settle what they have accepted when the host
    /// stops; then what still runs is cancelled, and what is left is released. More than zero, at most a day; default 25
    /// seconds. The host's <c>ShutdownTimeout</c> and the actor system's timeout for it are raised to 5 seconds more where
    /// they are less. Of a pipeline that has a drain timeout of its own, by code or by configuration, the shorter one counts.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(25);

    internal static TimeSpan DrainTimeoutMax { get; } = TimeSpan.FromDays(1);

    /// <summary>What it may take beyond the deadline: code that does not heed its cancellation is left alone after a while.</summary>
    internal static TimeSpan Grace { get; } = TimeSpan.FromSeconds(5);

    /// <summary>A timeout of those around the drain, raised where it is too short.</summary>
    internal TimeSpan RaisedToFit(TimeSpan timeout) =>
        timeout == Timeout.InfiniteTimeSpan || timeout >= DrainTimeout + Grace ? timeout : DrainTimeout + Grace;
}
