namespace AkkaPipeline.Consuming;

/// <summary>Tells whether the code at hand was called by a consumer, and of which pipeline.</summary>
internal static class Inside
{
    private static readonly AsyncLocal<object?> Pipeline = new();

    public static void Enter(object pipeline) => Pipeline.Value = pipeline;

    public static bool Of(object pipeline) => ReferenceEquals(Pipeline.Value, pipeline);
}
