using AkkaPipeline.Host.Sources;

namespace AkkaPipeline.Host.Parsing;

/// <summary>
/// The consumer <c>{ type = pass }</c>: a line's bytes go to the sink as they are. One instance may serve any number of
/// consumers.
/// </summary>
internal sealed class PassLine : IItemConsumer<LogLine, ReadOnlyMemory<byte>>
{
    public ValueTask ConsumeAsync(
        Delivery<LogLine> delivery, IOutputs<ReadOnlyMemory<byte>> outputs, CancellationToken cancellationToken)
    {
        MalformedLineException.ThrowIfTooLong(delivery.Item);
        outputs.Emit(delivery.Item.Memory);
        return ValueTask.CompletedTask;
    }
}
