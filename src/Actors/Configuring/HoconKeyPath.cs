namespace AkkaPipeline.Configuring;

/// <summary>A key's path, put together only where a message asks for it: a file may have very many keys with very long paths.</summary>
/// <param name="Above">The path without its last name.</param>
/// <param name="Name">Its last name; null: the root, which has none.</param>
internal sealed record HoconKeyPath(HoconKeyPath? Above, string? Name)
{
    public static HoconKeyPath Root { get; } = new(null, null);

    public HoconKeyPath Then(string name) => new(this, name);

    public IReadOnlyList<string> Names()
    {
        var names = new List<string>();
        for (HoconKeyPath? path = this; path?.Name is { } name; path = path.Above)
        {
            names.Add(name);
        }

        names.Reverse();
        return names;
    }

    public override string ToString() => HoconCharacters.ShowPath(Names());
}
