namespace AkkaPipeline.Producing;

/// <summary>
/// A source that has read more than it has yielded and cannot read it again. It is read on after its token was cancelled: it
/// yields what it has, and then throws an <see cref="OperationCanceledException"/>, or ends.
/// </summary>
internal interface IReadsAhead;
