namespace VfioMigration.Control.Tests;

public sealed class MigrationAddressTests
{
    [Theory]
    [InlineData("a/d", null, null)]
    [InlineData("unix:/run/x/y.sock/a/d", "/run/x/y.sock", null)]
    [InlineData("unix:name/a/d", "name", null)]
    [InlineData("tcp:host:7/a/d", "host", 7)]
    [InlineData("tcp:[::1]:65535/a/d", "::1", 65535)]
    public void Address_HoldsItsParsedEndpoint(string text, string? name, int? port)
    {
        MigrationAddress address = MigrationAddress.Parse(text, out string? problem)!;

        Assert.Null(problem);
        Assert.Equal((name, port, "a", "d"), (address.Endpoint?.Name, address.Endpoint?.Port, address.Host, address.Device));
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData("", "a device is HOST/DEVICE")]
    [InlineData("a", "a device is HOST/DEVICE")]
    [InlineData("a/", "a device is HOST/DEVICE")]
    [InlineData("/d", "a device is HOST/DEVICE")]
    [InlineData("unix:/a/", "a device is HOST/DEVICE")]
    [InlineData("/a/d", "'' is neither unix:PATH nor tcp:NAME:PORT")]
    [InlineData("unix:/a/d", "'unix:' is neither unix:PATH nor tcp:NAME:PORT")]
    [InlineData("tcp:host/a/d", "'tcp:host' is neither unix:PATH nor tcp:NAME:PORT")]
    [InlineData("tcp:host:0/a/d", "'tcp:host:0' is neither unix:PATH nor tcp:NAME:PORT")]
    [InlineData("tcp:host:65536/a/d", "'tcp:host:65536' is neither unix:PATH nor tcp:NAME:PORT")]
    [InlineData("http:x:1/a/d", "'http:x:1' is neither unix:PATH nor tcp:NAME:PORT")]
    public void Nonsense_IsNamedWithTheWholeText(string text, string expected)
    {
        Assert.Null(MigrationAddress.Parse(text, out string? problem));
        Assert.StartsWith($"'{text}': {expected}", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unix:/x", true)]
    [InlineData("tcp:localhost:1", true)]
    [InlineData("tcp:127.0.0.9:1", true)]
    [InlineData("tcp:[::1]:1", true)]
    [InlineData("tcp:192.0.2.1:1", false)]
    [InlineData("tcp:host:1", false)]
    public void Endpoint_KnowsWhetherOthersCanListenIn(string text, bool expected) =>
        Assert.Equal(expected, MigrationEndpoint.Parse(text, out _)!.IsLocal);
}
