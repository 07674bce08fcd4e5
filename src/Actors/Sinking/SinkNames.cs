namespace AkkaPipeline.Sinking;

/// <summary>What a pipeline's sinks are called: in messages, and in checkpoints.</summary>
internal static class SinkNames
{
    public const string Outputs = "sink";

    public const string DeadLetters = "dead-letter-sink";
}
