using VfioMigration.Lab.Configuration;

namespace VfioMigration.Lab.Tests.Configuration;

public sealed class LabConfigurationTests : IDisposable
{
    private const string Json = """{ "hosts": [ { "name": "left" } ] } // a comment""";
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Load_OfNoFile_IsTheDefaultLabWithoutProblems()
    {
        var problems = new List<string>();
        LabOptions lab = LabOptionsReader.Read(LabConfiguration.Load(null, out string? problem)!, problems);

        Assert.Null(problem);
        Assert.Empty(problems);
        HostOptions host = Assert.Single(lab.Hosts);
        Assert.Equal("host", host.Name);
        Assert.Equal((3, 2), (host.Pci.Count, host.Subchannels.Count));
        Assert.Equal(["mtty", "mdpy", "mbochs", "i915", "vfio_ccw", "vfio_pci"], host.Drivers.Select(driver => driver.Name));
    }

    [Fact]
    public void Load_OfAFileWithComments_ReadsIt() => AssertLoads(folder.Write("lab.json", Json));

    [Fact]
    public void Load_OfAHiddenFile_ReadsIt() => AssertLoads(folder.Write(".lab.json", Json));

    [Fact]
    public void Load_OfAMissingFile_SaysSo()
    {
        string file = Path.Combine(folder.Path, "nosuch", "lab.json");

        Assert.Null(LabConfiguration.Load(file, out string? problem));
        Assert.Equal($"{file}: no such file", problem);
    }

    [Theory]
    [InlineData("", ":1:1")]
    [InlineData("{", ":1:2")]
    [InlineData("{\n  \"hosts\": [ }", ":2:14")]
    [InlineData("[]", "")]
    [InlineData("""{ "hosts": [ { "name": "a", "name": "b" } ] }""", "")]
    public void Load_OfBadJson_NamesTheFileAndThePlace(string text, string place)
    {
        string file = folder.Write("lab.json", text);

        Assert.Null(LabConfiguration.Load(file, out string? problem));
        Assert.StartsWith($"{file}{place}: not valid JSON: ", problem, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static void AssertLoads(string file)
    {
        Assert.Equal("left", LabConfiguration.Load(file, out string? problem)?["hosts:0:name"]);
        Assert.Null(problem);
    }
}
