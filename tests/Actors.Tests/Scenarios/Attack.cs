using System.Collections.Concurrent;
using Akka.Actor;
using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

/// <summary>One round of <see cref="AttackTests"/>.</summary>
internal sealed class Attack
{
    private const int Consumers = 3;

    private readonly EngineSystem engine;
    private readonly int seed;
    private readonly Random random;
    private readonly Plan plan;
    private readonly ConcurrentDictionary<int, int> done = new();
    private readonly Dictionary<int, int> written = [];
    private readonly HashSet<int> failed = [];
    private readonly List<int> writtenInOrder = [];
    private readonly ConcurrentDictionary<string, int> working = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<long>> started = new();
    private readonly ConcurrentDictionary<int, int> released = new();
    private int overlaps;

    public Attack(EngineSystem engine, int seed)
    {
        this.engine = engine;
        this.seed = seed;
        random = new Random(seed);
        plan = new Plan(random);
    }

    public async Task RunAsync()
    {
        try
        {
            await using var running = await StartAsync().Soon();
            var putting = PutAsync(running);
            for (var act = 0; act < plan.Acts; act++)
            {
                await ActAsync(running);
            }

            await running.ResumeAsync().Soon();
            await running.ChangeRateAsync(null).Soon();
            await running.ChangeRatePerKeyAsync(null).Soon();
            var settlement = await EndAsync(running, putting);
            Check(settlement, await running.DeadLetters.AllAsync(), plan.Sources + plan.Puts);
        }
        catch (Exception broken)
        {
            throw new InvalidOperationException($"Seed {seed}, {plan}: {broken.Message}", broken);
        }
    }

    private Task<RunningPipeline<int>> StartAsync()
    {
        var pipeline = engine.Pipeline().From(Enumerable.Range(0, plan.Sources)).Capacity(plan.Capacity);
        if (plan.Keys > 0)
        {
            pipeline.InOrderBy(item => item % plan.Keys, plan.OnFailure);
        }

        if (plan.Retries)
        {
            pipeline.Retry(3, RetryBackoff.None);
        }

        return plan.HasSink
            ? pipeline.Consume<int>(Consumers, async (delivery, outputs, cancellationToken) =>
            {
                outputs.Emit(delivery.Item);
                await ConsumeAsync(delivery, cancellationToken);
            }).To(new AnsweringSink<int>(Write)).StartAsync()
            : pipeline.Consume(Consumers, ConsumeAsync).StartAsync();
    }

    private async Task PutAsync(RunningPipeline<int> running)
    {
        try
        {
            for (var item = plan.Sources; item < plan.Sources + plan.Puts; item++)
            {
                await running.Queue.PutAsync(item).Soon();
            }
        }
        catch (QueueShutDownException) when (plan.EndsEarly)
        {
            // Puts are refused then.
        }
    }

    /// <summary>What a consumer does is by the item and its attempt, so that it is the same in every run of a seed.</summary>
    private async ValueTask ConsumeAsync(Delivery<int> delivery, CancellationToken cancellationToken)
    {
        Begin(delivery);
        var mood = Mood(delivery.Item, delivery.Attempt);
        if (mood % 3 == 0)
        {
            await Task.Yield();
        }

        End(delivery);
        cancellationToken.ThrowIfCancellationRequested();
        switch (mood)
        {
            case < 5:
                throw new IOException("now and then");
            case < 7:
                throw new FormatException("never");
            case < 9 when delivery.Attempt < 3:
                delivery.RetryAfter(TimeSpan.Zero);
                return;
            case 9:
                delivery.Reject("no use");
                return;
            case 10 when released.TryAdd(delivery.Item, 1):
                delivery.Release();
                return;
            case 11:
                delivery.PausePipeline(TimeSpan.FromTicks(1), "hardly a limit");
                break;
        }

        done.AddOrUpdate(delivery.Item, 1, static (_, times) => times + 1);
    }

    private int Mood(int item, int attempt) => (int)(((uint)(item * 7919) + (uint)(attempt * 104_729) + (uint)seed * 31) * 2_654_435_761u >> 8) % 100;

    private void Begin(Delivery<int> delivery)
    {
        if (delivery.Key is { } key)
        {
            if (working.AddOrUpdate(key, 1, static (_, now) => now + 1) != 1)
            {
                Interlocked.Increment(ref overlaps);
            }

            started.GetOrAdd(key, static _ => new()).Enqueue(delivery.Sequence);
        }
    }

    private void End(Delivery<int> delivery)
    {
        if (delivery.Key is { } key)
        {
            working.AddOrUpdate(key, 0, static (_, now) => now - 1);
        }
    }

    private BatchResult Write(Batch<int> batch)
    {
        var result = new BatchResult(batch.Count);
        for (var index = 0; index < batch.Count; index++)
        {
            var item = batch.Outputs.Span[index];
            if (plan.SinkFails && item % 11 == 0 && failed.Add(item))
            {
                result.MarkFailed(index, new IOException("not this time"));
            }
            else
            {
                written[item] = written.GetValueOrDefault(item) + 1;
                writtenInOrder.Add(item);
                result.MarkWritten(index);
            }
        }

        return result;
    }

    private async Task ActAsync(RunningPipeline<int> running)
    {
        switch (random.Next(12))
        {
            case 0:
                await running.PauseAsync("an attack").Soon();
                break;
            case 1 or 2:
                await running.ResumeAsync().Soon();
                break;
            case 3:
                await running.ResizeAsync(random.Next(1, 6)).Soon();
                break;
            case 4:
                await running.ChangeRateAsync(random.Next(2) == 0 ? null : Rate.PerSecond(random.Next(1_000, 1_000_000))).Soon();
                break;
            case 5:
                var perKey = random.Next(2) == 0 ? null : Rate.PerSecond(random.Next(1_000, 1_000_000));
                await running.ChangeRatePerKeyAsync(plan.Keys == 0 ? null : perKey).Soon();
                break;
            case 6 or 7:
                await running.CancelItemAsync(random.Next(1, plan.Sources + plan.Puts)).Soon();
                break;
            case 8:
                await KillAsync(running, "consumers/*");
                break;
            case 9:
                await KillAsync(running, "producer-*");
                break;
            case 10:
                await running.ResumeKeyAsync($"{random.Next(Math.Max(1, plan.Keys))}").Soon();
                break;
            default:
                await running.ExplainAsync(random.Next(1, plan.Sources + plan.Puts)).Soon();
                await running.PlanDrainAsync(TimeSpan.FromSeconds(1)).Soon();
                break;
        }
    }

    private async Task KillAsync(RunningPipeline<int> running, string path)
    {
        if (!plan.Kills)
        {
            return;
        }

        engine.System.ActorSelection($"/user/pipeline-{running.Name}.*/{path}").Tell(Kill.Instance);
        await running.Queue.HasHeardAsync();
    }

    private async Task<Settlement> EndAsync(RunningPipeline<int> running, Task putting)
    {
        if (!plan.EndsEarly)
        {
            await putting.Soon();
        }

        var settlement = await (plan.Drains ? running.DrainAsync(TimeSpan.Zero) : running.CompleteAsync()).Soon();
        await putting.Soon();
        return settlement;
    }

    private void Check(Settlement settlement, IReadOnlyList<DeadLetteredItem<int>> letters, int all)
    {
        Assert.Equal(settlement.Accepted, settlement.Acked + settlement.DeadLettered + settlement.Dropped + settlement.Released);
        Assert.Equal(settlement.DeadLettered, letters.Count);
        Assert.Equal(letters.Count, letters.Select(letter => letter.Sequence).Distinct().Count());
        if (!plan.EndsEarly)
        {
            Assert.Equal((PipelineOutcome.Completed, all, 0L), (settlement.Outcome, settlement.Accepted, settlement.Released));
        }

        Assert.True(settlement.Outcome != PipelineOutcome.Completed || settlement.Released == 0, "it completed and released something");

        CheckWork(settlement);
    }

    private void CheckWork(Settlement settlement)
    {
        Assert.InRange(done.Count, settlement.Acked, long.MaxValue);
        Assert.True(!plan.HasSink || written.Count >= settlement.Acked, "something was acked and not written");
        if (plan.Kills)
        {
            return;
        }

        Assert.Equal(0, overlaps);
        Assert.All(written, one => Assert.Equal(1, one.Value));
        Assert.All(started, key => Assert.Equal(key.Value.Order(), key.Value));
        if (plan.Keys > 0)
        {
            // By their source, and by the puts: of each alone the numbers grow with the items.
            Assert.All(
                writtenInOrder.GroupBy(item => (item % plan.Keys, item < plan.Sources)), key => Assert.Equal(key.Order(), key));
        }
    }

    /// <summary>What a seed makes of a round.</summary>
    private sealed record Plan
    {
        public Plan(Random random)
        {
            Sources = random.Next(1, 400);
            Puts = random.Next(0, 100);
            Capacity = random.Next(3) switch { 0 => 0, 1 => random.Next(1, 20), _ => random.Next(20, 500) };
            Keys = random.Next(3) switch { 0 => 0, 1 => 1, _ => random.Next(2, 30) };
            OnFailure = Keys == 0 ? KeyFailure.Skip : (KeyFailure)random.Next(3);
            Retries = random.Next(3) > 0;
            HasSink = random.Next(2) == 0;
            SinkFails = HasSink && random.Next(2) == 0;
            Kills = random.Next(2) == 0;
            Drains = random.Next(4) == 0;
            Acts = random.Next(0, 25);
        }

        public int Sources { get; }

        public int Puts { get; }

        public int Capacity { get; }

        public int Keys { get; }

        public KeyFailure OnFailure { get; }

        public bool Retries { get; }

        public bool HasSink { get; }

        public bool SinkFails { get; }

        public bool Kills { get; }

        public bool Drains { get; }

        public int Acts { get; }

        /// <summary>Whether it may end before everything was put: a drain, or a stall behind a halted key.</summary>
        public bool EndsEarly => Drains || OnFailure == KeyFailure.Halt;
    }
}
