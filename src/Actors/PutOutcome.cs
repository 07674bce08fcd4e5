namespace AkkaPipeline;

/// <summary>What became of a put with an id.</summary>
public enum PutOutcome
{
    /// <summary>The item is in the queue.</summary>
    Accepted,

    /// <summary>A put with this id had been accepted before: this one changed nothing.</summary>
    Duplicate,
}
