using VfioMigration.Uapi;

namespace VfioMigration.Mdev.Tests;

/// <summary>The creation parameters of the aggregation series: <c>UUID,name=value,...</c>.</summary>
public class CreationParametersTests
{
    private const string Uuid = MdevHost.Uuid;

    private readonly MdevHost host = new();
    private readonly FakeParentModule mtty;
    private readonly List<string> probed = [];

    public CreationParametersTests()
    {
        mtty = host.LoadMtty();
        mtty.Driver.TakesParameters = true;
        mtty.Driver.OnProbe = device =>
        {
            probed.Add(string.Join(';', device.CreationParameters.Select(parameter => $"{parameter.Key}={parameter.Value}")));
            return Errno.None;
        };
    }

    [Theory]
    [InlineData(Uuid, "")]
    [InlineData(Uuid + "\n", "")]
    [InlineData(Uuid + ",", "")]
    [InlineData(Uuid + "X", "")]
    [InlineData(Uuid + ",aggregate=2", "aggregate=2")]
    [InlineData(Uuid + ",aggregate=2\n", "aggregate=2")]
    [InlineData(Uuid + ",aggregate=2\0junk", "aggregate=2")]
    [InlineData(Uuid + ",aggregate=2,index=10\n", "aggregate=2;index=10")]
    [InlineData(Uuid + ",aggregate=", "aggregate=")]
    [InlineData("83B8F4F2-509F-382F-3C1E-E6BFE0FA1001,a=B", "a=B")]
    public void Create_WithParameters_GivesThemToTheProbe(string text, string expected)
    {
        Assert.Equal(text.Length, host.Create(text).Value);

        Assert.Equal([expected], probed);
        Assert.Equal(Uuid, Assert.Single(mtty.Parent.Devices).Name);
    }

    [Theory]
    [InlineData(Uuid + " aggregate=2")]
    [InlineData(Uuid + ",,")]
    [InlineData(Uuid + ",\n")]
    [InlineData(Uuid + ",aggregate")]
    [InlineData(Uuid + ",=2")]
    [InlineData(Uuid + ",a=b=c")]
    [InlineData(Uuid + ",a=1,a=2")]
    [InlineData(Uuid + ",a=1,")]
    [InlineData(Uuid + "\n,a=1")]
    [InlineData(Uuid + "\0,a=1")]
    [InlineData(",a=1")]
    public void Create_WithParametersOfAnotherForm_IsEINVALWithoutAProbe(string text)
    {
        Assert.Equal(Errno.EINVAL, host.Create(text).Error);
        Assert.Empty(probed);
        Assert.Equal("24", host.Available());
    }

    /// <summary>The kernel's rule: a UUID and at most one more byte.</summary>
    [Theory]
    [InlineData(Uuid, 36)]
    [InlineData(Uuid + ",", 37)]
    [InlineData(Uuid + ",a=1", -22)]
    [InlineData(Uuid + ",aggregate=2\n", -22)]
    public void Create_OnADriverThatTakesNone_IsTheKernels(string text, int expected)
    {
        mtty.Driver.TakesParameters = false;
        Result<int> created = host.Create(text);

        Assert.Equal(expected, created.IsOk ? created.Value : -(int)created.Error);
    }

    [Fact]
    public void Create_ThatTheProbeRefuses_IsItsErrnoAndLeavesNothing()
    {
        mtty.Driver.OnProbe = device => device.CreationParameters.ContainsKey("aggregate") ? Errno.None : Errno.EINVAL;

        Assert.Equal(Errno.EINVAL, host.Create(Uuid + ",other=1").Error);
        Assert.False(host.Tree.Exists($"bus/mdev/devices/{Uuid}"));
        Assert.Equal(Uuid.Length + 12, host.Create(Uuid + ",aggregate=1").Value);
    }

    [Fact]
    public void Create_WithoutParameters_TakesTheTypesOwn()
    {
        mtty.Parent.Types[0].DefaultParameters = new Dictionary<string, string> { ["aggregate"] = "4" };
        host.Create(MdevHost.NumberedUuid(1));
        host.Create(MdevHost.NumberedUuid(2) + ",index=1");
        host.Create(MdevHost.NumberedUuid(3), type: "2");

        Assert.Equal(["aggregate=4", "index=1", ""], probed);
    }

    [Fact]
    public void DefaultParameters_ChangedLater_DoNotChangeDevices()
    {
        host.Create(Uuid);
        mtty.Parent.Types[0].DefaultParameters = new Dictionary<string, string> { ["aggregate"] = "4" };

        Assert.Empty(Assert.Single(mtty.Parent.Devices).CreationParameters);
    }
}
