namespace AkkaPipeline.Tests;

/// <summary>Holds whoever comes until a test opens it.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Opened => opened.Task.Soon();

    public bool IsOpen => opened.Task.IsCompleted;

    public void Open() => opened.TrySetResult();

    public Task WaitAsync(CancellationToken cancellationToken) => opened.Task.Soon().WaitAsync(cancellationToken);
}
