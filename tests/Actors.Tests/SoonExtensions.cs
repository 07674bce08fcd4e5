namespace AkkaPipeline.Tests;

/// <summary>Bounds every wait of a test, so that what hangs fails.</summary>
internal static class SoonExtensions
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Task Soon(this Task task) => task.WaitAsync(Patience);

    public static Task<TResult> Soon<TResult>(this Task<TResult> task) => task.WaitAsync(Patience);

    public static Task Soon(this ValueTask task) => task.AsTask().WaitAsync(Patience);

    public static Task<TResult> Soon<TResult>(this ValueTask<TResult> task) => task.AsTask().WaitAsync(Patience);
}
