using Xunit;

namespace AkkaPipeline.Tests.Documents;

/// <summary>
/// The keys in docs/configuration.md are those of reference.conf. <c>AKKAPIPELINE_WRITE_DOCS=1</c> writes them there instead
/// of comparing.
/// </summary>
public sealed class ConfigurationDocumentTests
{
    private const string Document = "docs/configuration.md";
    private const string Begin = "<!-- made from hocon/reference.conf; CONTRIBUTING.md tells how -->\n";
    private const string End = "\n<!-- end of what is made from hocon/reference.conf -->";

    [Fact]
    public void The_document_has_every_key_of_reference_conf_with_its_default_and_comment()
    {
        string document = Repository.Read(Document);
        int begin = document.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = document.IndexOf(End, StringComparison.Ordinal);
        string made = document[..begin] + ReferenceTables.Of(Repository.Read("hocon/reference.conf")) + document[end..];
        if (Environment.GetEnvironmentVariable("AKKAPIPELINE_WRITE_DOCS") == "1")
        {
            File.WriteAllText(Path.Combine(Repository.Root, Document), made);
            return;
        }

        Assert.Equal(made, document);
    }
}
