using System.Text.RegularExpressions;
using Xunit;

namespace AkkaPipeline.Tests.Documents;

/// <summary>What the documents show is what the repository holds.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] Programs = ["csharp", "python"];

    public static TheoryData<string> Documents => [.. Repository.Documents];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_program_in_a_document_is_a_file_that_is_built_and_run(string document)
    {
        foreach (var block in CodeBlock.In(document).Where(block => Programs.Contains(block.Language)))
        {
            Assert.NotNull(block.File);
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_block_that_names_a_file_shows_that_file_to_the_letter(string document)
    {
        foreach (var block in CodeBlock.In(document).Where(block => block.File is not null))
        {
            Assert.Equal(Repository.Read(block.File!), block.Text);
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_link_leads_to_a_file_that_is_there(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        var missing = Link().Matches(Repository.Read(document))
            .Select(match => match.Groups["path"].Value)
            .Where(path => !path.Contains("://", StringComparison.Ordinal))
            .Where(path => !Path.Exists(Path.Combine(folder, path)));
        Assert.Empty(missing);
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("src/Actors/README.md")]
    public void Both_READMEs_show_the_same_program(string document) =>
        Assert.Single(CodeBlock.In(document), block => block is { Language: "csharp", File: "samples/Readme/Program.cs" });

    [GeneratedRegex(@"\]\((?<path>[^)#\s]+)(#[^)]*)?\)")]
    private static partial Regex Link();
}
