using AkkaPipeline;
using AkkaPipeline.Testing;

// One consumer, each item once.
PipelineTestResult<string> once = await ConsumerTest.RunAsync(new SendInvoice(_ => true), "anna@home", "nowhere");
Assert(once.Items[0].Outcome == ItemTestOutcome.Acked);
Assert(once.Items[1].DeadLetter is { Cause: DeadLetterCause.Rejected, Reason: "it has no address" });

// A whole pipeline: the server answers at the third attempt. The backoffs pass at once, by the test's clock.
int attempts = 0;
PipelineTestResult<string> retried = await PipelineTest.RunAsync(["anna@home"], pipeline => pipeline
    .Retry(maxAttempts: 5, RetryBackoff.Constant(TimeSpan.FromMinutes(10)).WithoutJitter())
    .Consume(consumers: 4, () => new SendInvoice(_ => ++attempts == 3)));
Assert(retried.Items[0] is { Outcome: ItemTestOutcome.Acked, Retries: 2 });
Assert(retried.Settlement is { Acked: 1, DeadLettered: 0, Retried: 2 });
Assert(retried.Elapsed == TimeSpan.FromMinutes(20));

// Outputs are collected where there is no sink.
PipelineTestResult<string, int> parsed = await PipelineTest.RunAsync(["1", "two", "3"], pipeline => pipeline
    .Consume<int>(consumers: 1, (delivery, outputs, cancellationToken) =>
    {
        outputs.Emit(int.Parse(delivery.Item));
        return ValueTask.CompletedTask;
    }));
Assert(parsed.Outputs.SequenceEqual([1, 3]));
Assert(parsed.DeadLetters.Single().Exception is FormatException);

Console.WriteLine($"{retried.Items[0].Retries} retries in {retried.Elapsed.TotalMinutes} minutes, none of them waited for");

static void Assert(bool holds)
{
    if (!holds)
    {
        throw new InvalidOperationException("An expectation does not hold.");
    }
}
