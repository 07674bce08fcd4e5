using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

/// <summary>User code that judges failures, and throws itself.</summary>
public sealed class FaultyRuleTests
{
    [Theory]
    [InlineData(true, "The rule for failures of orders failed, and the retry policy decides")]
    [InlineData(false, "The retry policy of orders failed, and its default decides")]
    public async Task It_is_logged_once_as_a_warning(bool rule, string text)
    {
        var engine = EngineSystem.With("akka { loglevel = WARNING, loggers = [] }");
        var warnings = new ConcurrentQueue<Warning>();
        var listener = engine.System.ActorOf(Props.Create(() => new Listener(warnings)));
        engine.System.EventStream.Subscribe(listener, typeof(Warning));
        var pipeline = Pipeline.Create<int>(engine.System, "orders").From(Enumerable.Range(0, 100));
        pipeline = rule
            ? pipeline.OnFailure((_, _) => throw new TimeoutException("the judge's own"))
            : pipeline.Retry(new RetryPolicy { MaxAttempts = 2, Retries = _ => throw new TimeoutException("the judge's own") });

        var settlement = await pipeline.Consume(2, (_, _) => throw new ArgumentException("bad")).RunToCompletionAsync().Soon();

        Assert.Equal(100, settlement.DeadLettered);
        await listener.GracefulStop(TimeSpan.FromSeconds(20));
        await engine.DisposeAsync();
        var warning = Assert.Single(warnings, one => one.ToString().Contains("this is told once"));
        Assert.Contains(text, warning.ToString());
        Assert.EndsWith("this is told once: System.TimeoutException", warning.Message.ToString());
        Assert.Contains(nameof(FaultyRuleTests), warning.Cause.StackTrace);
    }

    private sealed class Listener(ConcurrentQueue<Warning> warnings) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is Warning warning)
            {
                warnings.Enqueue(warning);
            }
        }
    }
}
