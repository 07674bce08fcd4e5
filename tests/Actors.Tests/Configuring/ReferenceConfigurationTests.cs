using AkkaPipeline.Configuring;
using Xunit;

namespace AkkaPipeline.Tests.Configuring;

public sealed class ReferenceConfigurationTests
{
    [Fact]
    public void Reference_conf_has_no_fault_and_one_root_key()
    {
        var faults = new ConfigFaults();
        var document = HoconReader.Read(ReferenceConfiguration.Source, source: null, _ => null, faults);

        Assert.Equal("", faults.Format());
        Assert.Equal([ReferenceConfiguration.RootKey], document.Root.Fields.Select(field => field.Name));
    }

    [Fact]
    public void Every_key_of_reference_conf_has_a_comment_above_it()
    {
        string[] lines = ReferenceConfiguration.Source.Text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            bool key = lines[i].Contains(" = ", StringComparison.Ordinal) || lines[i].TrimEnd().EndsWith('{');
            bool explained = i > 0 && lines[i - 1].TrimStart().StartsWith('#');
            Assert.True(!key || explained || lines[i].StartsWith(ReferenceConfiguration.RootKey, StringComparison.Ordinal), lines[i]);
        }
    }
}
