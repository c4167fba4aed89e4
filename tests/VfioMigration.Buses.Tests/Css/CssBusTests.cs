using VfioMigration.Buses.Css;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Buses.Tests.Css;

public class CssBusTests
{
    private static readonly SubchannelDescription Io = new(0, 0x30, 0x1A, 0xF0);
    private readonly DriverCore core = new(TimeProvider.System);
    private readonly CssBus bus;

    public CssBusTests()
    {
        bus = new CssBus(core);
        Assert.Equal(Errno.None, bus.Register());
    }

    [Theory]
    [InlineData("0.0.0313", true)]
    [InlineData("f.3.ffff", true)]
    [InlineData("0.0.313", false)]
    [InlineData("0.0.03133", false)]
    [InlineData("0.0.031G", false)]
    [InlineData("0.0.031A", false)]
    [InlineData("0:0:0313", false)]
    [InlineData("00.0.313", false)]
    [InlineData("", false)]
    public void IsValidId_OfAText_IsTrueForTheFormOnly(string id, bool valid) => Assert.Equal(valid, CssBus.IsValidId(id));

    [Fact]
    public void AddSubchannel_OfTwo_PutsBothBelowCss0()
    {
        Assert.True(bus.AddSubchannel("0.0.0313", Io).IsOk);
        Assert.True(bus.AddSubchannel("0.0.0314", Io).IsOk);

        Assert.Equal("../../../devices/css0/0.0.0313", core.Tree.Readlink("bus/css/devices/0.0.0313"));
        Assert.True(core.Tree.Exists("devices/css0/0.0.0314"));
        Assert.Equal(Errno.EEXIST, bus.AddSubchannel("0.0.0313", Io).Error);
    }

    [Theory]
    [InlineData("type", "0\n")]
    [InlineData("modalias", "css:t0\n")]
    [InlineData("chpids", "30 00 00 00 00 00 00 00\n")]
    [InlineData("uevent", "ST=0\nMODALIAS=css:t0\n")]
    public void File_OfASubchannel_HasTheKernelsText(string file, string content)
    {
        bus.AddSubchannel("0.0.0313", Io);

        Assert.Equal(content, core.Tree.Cat($"devices/css0/0.0.0313/{file}").Value);
    }

    [Fact]
    public void Driver_OfATypeOfSubchannel_IsBoundToThatTypeOnly()
    {
        FakeModule.Load(core, module => bus.RegisterDriver(new FakeCssDriver(bus, module)));

        Assert.True(bus.AddSubchannel("0.0.0313", Io).Value.IsBound);
        Assert.False(bus.AddSubchannel("0.0.0314", Io with { Type = 1 }).Value.IsBound);
    }

    private sealed class FakeCssDriver(CssBus bus, KernelModule module) : CssDriver(bus, module, "fake")
    {
        public override IReadOnlyList<byte> SubchannelTypes => [0];

        protected override Errno Probe(Subchannel subchannel) => Errno.None;

        protected override void Remove(Subchannel subchannel)
        {
        }
    }
}
