namespace AkkaPipeline.Configuring;

/// <summary>The library's own <c>hocon/reference.conf</c>: every key with its default, embedded as a resource.</summary>
internal static class ReferenceConfiguration
{
    public const string RootKey = "akka-pipeline";

    private const string ResourceName = "AkkaPipeline.reference.conf";

    public static HoconSource Source { get; } = Load();

    /// <summary>What it has under its root key.</summary>
    public static ConfigObject Values { get; } = HoconReader.Read(Source, source: null, static _ => null, new ConfigFaults())
        .Root.ObjectAt(RootKey) ?? throw new InvalidOperationException($"{ResourceName} has no {RootKey}.");

    private static HoconSource Load()
    {
        using Stream stream = typeof(ReferenceConfiguration).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The resource {ResourceName} is not embedded.");
        using var reader = new StreamReader(stream);
        return new HoconSource(new ConfigFile("reference.conf", FullPath: null), reader.ReadToEnd());
    }
}
