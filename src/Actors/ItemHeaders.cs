using System.Collections.ObjectModel;

namespace AkkaPipeline;

/// <summary>Headers of an item that was put without any.</summary>
internal static class ItemHeaders
{
    public static IReadOnlyDictionary<string, string> None => ReadOnlyDictionary<string, string>.Empty;
}
