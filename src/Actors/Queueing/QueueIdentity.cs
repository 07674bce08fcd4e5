namespace AkkaPipeline.Queueing;

/// <summary>Names a queue in delivery ids: unique across queues and across the runs of a queue without a store.</summary>
/// <param name="Name">The pipeline's name.</param>
/// <param name="Instance">Issued by the store when it was made.</param>
/// <param name="Shard">0 until a queue is sharded.</param>
internal sealed record QueueIdentity(string Name, string Instance, int Shard = 0)
{
    public string DeliveryId(long sequence) => $"{Name}/{Instance}/{Shard}/{sequence}";
}
