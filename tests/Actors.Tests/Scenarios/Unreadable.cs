namespace AkkaPipeline.Tests.Scenarios;

/// <summary>An exception none of whose members can be read.</summary>
internal sealed class Unreadable : Exception
{
    public override string Message => throw new InvalidOperationException("no message");

    public override string? StackTrace => throw new InvalidOperationException("no stack");

    public override string ToString() => throw new InvalidOperationException("no text");
}
