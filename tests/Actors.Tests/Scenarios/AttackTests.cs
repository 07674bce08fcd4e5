using Xunit;

namespace AkkaPipeline.Tests.Scenarios;

/// <summary>
/// Small pipelines by the public API, at random by a seed, with everything on: keys, retries, rates, pauses, resizes,
/// cancellations, sinks that fail in part, consumers and producers that are killed. At the end the account is checked, and
/// the order of each key. The seed says what is done, not how the threads take turns: a failing seed is a good place to
/// begin, no replay.
/// </summary>
public sealed class AttackTests(EngineSystem engine) : IClassFixture<EngineSystem>
{
    private const int Rounds = 200;

    [Fact]
    public async Task Whatever_is_done_to_small_pipelines_every_item_is_accounted_for_and_keys_keep_their_order()
    {
        for (var seed = 1; seed <= Rounds; seed++)
        {
            await new Attack(engine, seed).RunAsync();
        }
    }
}
