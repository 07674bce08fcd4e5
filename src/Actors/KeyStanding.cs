namespace AkkaPipeline;

/// <summary>A key that is halted or parked.</summary>
/// <param name="Key">The key.</param>
/// <param name="State"><see cref="KeyFailure.Halt"/>: its items wait; <see cref="KeyFailure.Park"/>: they become dead letters.</param>
/// <param name="FailedSequence">The number of the item whose failure has done that.</param>
/// <param name="Waiting">How many of its items wait.</param>
public sealed record KeyStanding(string Key, KeyFailure State, long FailedSequence, long Waiting);
