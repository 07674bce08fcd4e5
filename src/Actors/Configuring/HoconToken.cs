namespace AkkaPipeline.Configuring;

internal enum HoconTokenKind
{
    End,
    NewLine,
    Comma,
    Colon,
    Equals,
    PlusEquals,
    OpenBrace,
    CloseBrace,
    OpenBracket,
    CloseBracket,
    Quoted,
    Unquoted,
    Substitution,

    /// <summary>Something that has been reported already.</summary>
    Bad,
}

/// <summary>
/// A token with the white space before it on its line (which counts where values are joined). A substitution has
/// its path and whether it is optional.
/// </summary>
internal readonly record struct HoconToken(
    HoconTokenKind Kind,
    ConfigPlace Place,
    string Text,
    string Space,
    IReadOnlyList<HoconPathElement>? Path = null,
    bool Optional = false)
{
    public bool StartsValue => Kind is HoconTokenKind.Quoted or HoconTokenKind.Unquoted or HoconTokenKind.Substitution
        or HoconTokenKind.OpenBrace or HoconTokenKind.OpenBracket or HoconTokenKind.Bad;

    public bool IsName => Kind is HoconTokenKind.Quoted or HoconTokenKind.Unquoted;

    public bool IsSeparator => Kind is HoconTokenKind.Equals or HoconTokenKind.Colon or HoconTokenKind.PlusEquals;
}

/// <summary>One name of a path such as <c>a.b."c.d"</c>, with its place.</summary>
internal readonly record struct HoconPathElement(string Name, ConfigPlace Place);
