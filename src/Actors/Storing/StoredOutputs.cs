using AkkaPipeline.Queueing;

namespace AkkaPipeline.Storing;

/// <summary>
/// What is committed with a stored queue's items: how long the outputs are that belong to what is settled, and how far a
/// source is that can be read again. All but <see cref="ResumeAsync"/> and <see cref="SecureAsync"/> is called on the store
/// actor's turn; those run while no other piece of its work does.
/// </summary>
/// <param name="replay">The outputs, and the source if it can be read again.</param>
internal sealed class StoredOutputs(ReplaySetup replay)
{
    private HeldSettlements held = new(new CheckpointLedger());
    private StoredCheckpoint committed = new(ReplaySetup.OfItems, 0, [], string.Empty, new Dictionary<string, long>());
    private long accepted;

    /// <summary>Goes on where an earlier run was, or begins: the outputs are cut back to what belongs to the store.</summary>
    /// <exception cref="SourceChangedException">The source is not what it was.</exception>
    public async Task ResumeAsync(StoreOpened opened, CancellationToken cancellationToken)
    {
        if (opened.Checkpoints.FirstOrDefault(kept => kept.Source == ReplaySetup.OfItems) is { } kept)
        {
            committed = kept;
            held = new HeldSettlements(new CheckpointLedger(kept with { Watermark = 0 }));
            if (replay.Source is { } source && kept.Position.Length > 0)
            {
                accepted = kept.Watermark;
                source.ResumeAt(kept.Position, kept.Watermark);
            }
        }

        foreach (var (name, sink) in replay.Sinks)
        {
            await sink.ResumeAsync(committed.Outputs.GetValueOrDefault(name), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Hears what has happened in the queue.</summary>
    /// <returns>Whether it has to wait for <see cref="ReleaseInto"/>; else it can be gathered at once.</returns>
    public bool Holds(QueueWrite write)
    {
        if (replay.Source is not null && write is QueueWrite.Accepted { Run: { Chunk.Producer.Index: 0 } run })
        {
            accepted += run.Count;
        }

        return replay.Sinks.Count > 0 && held.Holds(write);
    }

    /// <summary>An item of an earlier run stands alone; told before the queue hears of it.</summary>
    public void Restored(long sequence)
    {
        if (replay.Sinks.Count > 0)
        {
            held.Restored(sequence);
        }
    }

    /// <summary>Outputs have been written.</summary>
    public void Written(StoreProtocol.Written written) => held.Written(written.Sink, written.Length, written.Numbers);

    /// <summary>Gives up what can be committed now, with what belongs to it.</summary>
    public void ReleaseInto(BatchGathering gathering)
    {
        var lengths = held.ReleaseInto(gathering);
        if (accepted != committed.Watermark || lengths.Any(file => file.Value != committed.Outputs.GetValueOrDefault(file.Key)))
        {
            gathering.Reached(committed with { Watermark = accepted, Outputs = lengths });
        }
    }

    /// <summary>Accepted items are left out of a batch: the source is no further than before.</summary>
    public StoreBatch WithoutAccepts(StoreBatch batch) =>
        batch with { Checkpoint = batch.Checkpoint is { } checkpoint ? checkpoint with { Watermark = committed.Watermark } : null };

    /// <summary>Brings the outputs to the disk, so that no commit holds what a power cut could take.</summary>
    public async Task<StoreBatch> SecureAsync(StoreBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Checkpoint is not { } checkpoint)
        {
            return batch;
        }

        foreach (var (name, sink) in replay.Sinks)
        {
            if (checkpoint.Outputs.GetValueOrDefault(name) != committed.Outputs.GetValueOrDefault(name))
            {
                await sink.SyncAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        var position = replay.Source?.PositionAt(checkpoint.Watermark) ?? string.Empty;
        return batch with { Checkpoint = checkpoint with { Position = position } };
    }

    /// <summary>A batch is committed.</summary>
    public void Committed(StoreBatch batch)
    {
        if (batch.Checkpoint is { } checkpoint)
        {
            committed = checkpoint;
            replay.Source?.Forget(checkpoint.Watermark);
        }
    }
}
