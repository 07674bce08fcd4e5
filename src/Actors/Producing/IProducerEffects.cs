using AkkaPipeline.Queueing;

namespace AkkaPipeline.Producing;

/// <summary>What a producer's core asks its shell to do.</summary>
internal interface IProducerEffects
{
    void Demand(CreditDemand wants);

    void Offer(long number, Chunk chunk, CreditDemand wants);

    /// <summary>Cuts the next items that were read into a chunk of at least 1 and at most this many.</summary>
    Chunk Cut(int most);

    void Yield(long version, long upTo);

    void Noted(long upTo);

    /// <summary>The source may be read up to these numbers.</summary>
    void Allow(long upTo, long bytes);

    /// <summary>The source may be read no further than it has been.</summary>
    /// <returns>How many items have been read.</returns>
    long Shrink();

    void Settled(long first, int count, long watermark);

    /// <summary>The source has ended and all it emitted is accepted.</summary>
    void Completed(Exception? failure);
}
