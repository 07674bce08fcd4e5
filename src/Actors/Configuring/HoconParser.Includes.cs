namespace AkkaPipeline.Configuring;

internal sealed partial class HoconParser
{
    private const string IncludeForms = "include \"file\", include file(\"file\"), include optional(\"file\")";

    /// <summary>Longer than any known form, so that a line of many words is not put together for nothing.</summary>
    private const int IncludeFormMax = 20;

    private void ParseInclude(HoconObject target, HoconPosition position)
    {
        HoconToken keyword = tokens.Next();
        if (tokens.Peek() is { IsSeparator: true } or { Kind: HoconTokenKind.OpenBrace })
        {
            faults.Add(keyword.Place, "include is a reserved word; as a key it must be put in double quotes");
            SkipField();
            return;
        }

        string opening = ReadUnquoted();
        HoconToken file = tokens.Peek();
        if (file.Kind != HoconTokenKind.Quoted)
        {
            ReportInclude(file.Kind == HoconTokenKind.Bad ? null : keyword, "include needs a file name in double quotes");
            return;
        }

        tokens.Next();
        string closing = ReadUnquoted();
        bool? optional = (opening, closing) switch
        {
            ("", "") or ("file(", ")") or ("required(", ")") or ("required(file(", "))") => false,
            ("optional(", ")") or ("optional(file(", "))") => true,
            _ => null,
        };
        if (optional is null)
        {
            ReportInclude(keyword, "this kind of include is not known");
        }
        else if (position.Path is null)
        {
            ReportInclude(keyword, "include cannot stand within an array");
        }
        else
        {
            Include(target, position, file, optional.Value);
        }
    }

    private string ReadUnquoted()
    {
        string written = "";
        while (written.Length < IncludeFormMax && tokens.Peek().Kind == HoconTokenKind.Unquoted)
        {
            written += tokens.Next().Text;
        }

        return written;
    }

    private void ReportInclude(HoconToken? at, string message)
    {
        if (at is { } token)
        {
            faults.Add(token.Place, $"{message}; allowed: {IncludeForms}");
        }

        SkipField();
    }

    private void Include(HoconObject target, HoconPosition position, HoconToken token, bool optional)
    {
        if (files.Open(token.Text, includes, token.Place, optional) is not (string text, HoconIncludeChain chain))
        {
            return;
        }

        var included = new HoconObject(token.Place);
        new HoconParser(text, chain, position.Path!.Names(), files, faults).Parse(included, position.Depth);
        target.Absorb(included);
    }
}
