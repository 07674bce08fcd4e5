using AkkaPipeline.Queueing;

namespace AkkaPipeline.Consuming;

/// <summary>Making a consumer's worker, which is the user's code, threw: a pool that cannot be filled ends its pipeline.</summary>
/// <param name="consumer">Whose.</param>
/// <param name="cause">What was thrown.</param>
internal sealed class WorkerNotMadeException(ConsumerKey consumer, Exception cause)
    : Exception($"{consumer} could not be made: {FailureReason.Of(cause)}", FailureReason.Loggable(cause));
