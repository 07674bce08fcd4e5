using AkkaPipeline.Storing;

namespace AkkaPipeline.Tests.Storing;

/// <summary>The store in memory does what every store does; opened again, it stands for one that has come through a crash.</summary>
public sealed class MemoryQueueStoreTests : QueueStoreTests
{
    private readonly MemoryStore store = new();

    internal override IQueueStore Make() => store;

    internal override IQueueStore MakeEmpty() => new MemoryStore();
}
