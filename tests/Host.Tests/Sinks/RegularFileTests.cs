using AkkaPipeline.Host.Sinks;
using Xunit;

namespace AkkaPipeline.Host.Tests.Sinks;

public class RegularFileTests
{
    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/dev/full")]
    [InlineData("/dev")]
    public void A_device_or_a_directory_is_no_place_for_an_output(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var thrown = Assert.Throws<BrokenSinkException>(() => RegularFile.Expect(path, "the output"));

        Assert.Contains(path, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_and_a_path_where_nothing_is_will_do()
    {
        var path = Path.GetTempFileName();
        RegularFile.Expect(path, "the output");
        File.Delete(path);
        RegularFile.Expect(path, "the output");
    }
}
