namespace AkkaPipeline.Host.Configuration;

/// <summary>The order by key.</summary>
/// <param name="Key">What an item's key is.</param>
/// <param name="OnFailure">What happens to a key of which an item has become a dead letter.</param>
/// <param name="Rate">Of each key for itself; null: no limit.</param>
internal sealed record KeySettings(LineKey Key, KeyFailure OnFailure, Rate? Rate);

/// <summary>Which part of a line is its key.</summary>
internal abstract record LineKey;

/// <summary>A word between blanks.</summary>
/// <param name="Number">From 1.</param>
internal sealed record FieldKey(int Number) : LineKey;

/// <summary>The first group of a regular expression, or all that it matches where it has none.</summary>
internal sealed record PatternKey(string Pattern) : LineKey;
