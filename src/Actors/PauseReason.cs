namespace AkkaPipeline;

/// <summary>Why a pipeline grants nothing at the moment.</summary>
/// <param name="Name">Who has paused it: "user", "limit" (told by a consumer), "breaker", "abandoned", "dead-letters".</param>
/// <param name="Reason">Why, in one sentence.</param>
/// <param name="Until">When it ends by itself; null: when what it waits for has happened, or when somebody resumes it.</param>
public sealed record PauseReason(string Name, string Reason, DateTimeOffset? Until);
