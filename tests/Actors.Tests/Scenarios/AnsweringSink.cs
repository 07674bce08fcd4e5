namespace AkkaPipeline.Tests.Scenarios;

/// <summary>Answers each batch as a test wants.</summary>
internal sealed class AnsweringSink<T>(Func<Batch<T>, BatchResult> answer) : IBatchSink<T>
{
    public ValueTask<BatchResult> WriteAsync(Batch<T> batch, CancellationToken cancellationToken) => new(answer(batch));
}
