using VfioMigration.Compatibility;
using VfioMigration.Mdev;
using VfioMigration.Sdk.Aggregation;
using VfioMigration.Sdk.Devices;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vendors.Tests.Conformance;
using VfioMigration.Vfio;

namespace VfioMigration.Vendors.Tests.Gvt;

/// <summary>docs/proposals.md, aggregation.</summary>
public class GvtDeviceTests
{
    private const string Device = VendorHost.Graphics + "/" + VendorHost.Uuid;
    private const string Instances = Device + "/mdev/aggregated_instances";

    private readonly VendorHost host = VendorHost.Load("i915", ("policy", "relaxed"), ("aggregation", "true"));

    [Theory]
    [InlineData("", "1")]
    [InlineData(",aggregate=1", "1")]
    [InlineData(",aggregate=2", "2")]
    [InlineData(",aggregate=8\n", "8")]
    public void Create_WithAnAggregate_IsThatLarge(string parameters, string instances)
    {
        Assert.True(host.Create(VendorHost.Graphics, "i915-GVTg_V5_8", VendorHost.Uuid + parameters).IsOk);

        Assert.Equal(instances + "\n", host.Tree.Cat(Instances).Value);
        Assert.Equal("8\n", host.Tree.Cat($"{Device}/mdev/max_aggregation").Value);
    }

    [Theory]
    [InlineData("i915-GVTg_V5_8", ",aggregate=0", Errno.EINVAL)]
    [InlineData("i915-GVTg_V5_8", ",aggregate=9", Errno.EINVAL)]
    [InlineData("i915-GVTg_V5_8", ",aggregate=x", Errno.EINVAL)]
    [InlineData("i915-GVTg_V5_8", ",aggregate=-1", Errno.EINVAL)]
    [InlineData("i915-GVTg_V5_8", ",index=1", Errno.EINVAL)]
    [InlineData("i915-GVTg_V5_8", ",aggregate=2,index=1", Errno.EINVAL)]
    [InlineData("i915-GVTg_V5_4", ",aggregate=5", Errno.ENOSPC)]
    [InlineData("i915-GVTg_V5_1", ",aggregate=2", Errno.ENOSPC)]
    public void Create_WithAnImpossibleAggregate_LeavesThePoolAlone(string type, string parameters, Errno expected)
    {
        Assert.Equal(expected, host.Create(VendorHost.Graphics, type, VendorHost.Uuid + parameters).Error);
        Assert.Equal("1,2,4,8", host.Available(VendorHost.Graphics));
    }

    [Fact]
    public void Create_OnADriverWithoutAggregation_IsEINVAL()
    {
        VendorHost plain = VendorHost.Load("i915");

        Assert.Equal(Errno.EINVAL, plain.Create(VendorHost.Graphics, "i915-GVTg_V5_8", VendorHost.Uuid + ",aggregate=2").Error);
        plain.Create(VendorHost.Graphics, "i915-GVTg_V5_8");
        Assert.False(plain.Tree.Exists($"{Device}/mdev"));
    }

    [Fact]
    public void Aggregate_BeforeTheDeviceIsOpen_MovesAllPoolsAndTheMemory()
    {
        host.Create(VendorHost.Graphics, "i915-GVTg_V5_8");
        int memory = Display.VideoMemory.Length;
        Assert.Equal("0,1,3,7", host.Available(VendorHost.Graphics));

        Assert.Equal(1, host.Tree.Echo("4", Instances).Value);
        Assert.Equal(("4\n", 4 * memory), (host.Tree.Cat(Instances).Value, Display.VideoMemory.Length));
        Assert.Equal("0,1,2,4", host.Available(VendorHost.Graphics));
        Assert.Equal("1,2,4,8", host.Available(VendorHost.OtherGraphics));

        Assert.Equal(1, host.Tree.Echo("2", Instances).Value);
        Assert.Equal((2 * memory, "0,1,3,6"), (Display.VideoMemory.Length, host.Available(VendorHost.Graphics)));
        host.Tree.Echo("1", $"{Device}/remove");
        Assert.Equal("1,2,4,8", host.Available(VendorHost.Graphics));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("9")]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("99999999999")]
    public void Aggregate_OfAnImpossibleNumber_IsEINVAL(string number)
    {
        host.Create(VendorHost.Graphics, "i915-GVTg_V5_8");

        Assert.Equal(Errno.EINVAL, host.Tree.Echo(number, Instances).Error);
        Assert.Equal("1\n", host.Tree.Cat(Instances).Value);
    }

    [Fact]
    public void Aggregate_BeyondWhatIsLeft_IsENOSPCAndMaximumSaysSo()
    {
        host.Create(VendorHost.Graphics, "i915-GVTg_V5_8");
        host.Create(VendorHost.Graphics, "i915-GVTg_V5_2", VendorHost.NumberedUuid(1));
        Assert.Equal("4\n", host.Tree.Cat($"{Device}/mdev/max_aggregation").Value);

        Assert.Equal(Errno.ENOSPC, host.Tree.Echo("5", Instances).Error);
        Assert.Equal(1, host.Tree.Echo("4", Instances).Value);
        Assert.Equal("0,0,0,0", host.Available(VendorHost.Graphics));
    }

    [Fact]
    public void Aggregate_WhileTheDeviceIsOpen_IsEBUSY()
    {
        host.Create(VendorHost.Graphics, "i915-GVTg_V5_8");
        using (new BusyGuest(host.Device()))
        {
            Assert.Equal(Errno.EBUSY, host.Tree.Echo("2", Instances).Error);
            Assert.Equal(Errno.EINVAL, host.Tree.Echo("0", Instances).Error);
        }

        Assert.Equal(1, host.Tree.Echo("2", Instances).Value);
    }

    /// <summary>R32: the string says what changed.</summary>
    [Fact]
    public void MigrationVersion_AfterAggregation_SaysIt()
    {
        host.Create(VendorHost.Graphics, "i915-GVTg_V5_8");
        host.Tree.Echo("4", Instances);

        Assert.Equal("8086-591d-GVTg_V5_8-00000001,aggregate=4\n", host.Tree.Cat($"{Device}/migration_version").Value);
        Assert.Equal("8086-591d-GVTg_V5_8-00000001\n", host.CatType(VendorHost.Graphics, "i915-GVTg_V5_8", "migration_version"));
        host.Tree.Echo("1", Instances);
        Assert.Equal("8086-591d-GVTg_V5_8-00000001\n", host.Tree.Cat($"{Device}/migration_version").Value);
    }

    /// <summary>R17: what the string promises the stream keeps, on a function with another id.</summary>
    [Theory]
    [InlineData("i915-GVTg_V5_4", ",aggregate=2", "i915-GVTg_V5_2", "")]
    [InlineData("i915-GVTg_V5_2", "", "i915-GVTg_V5_8", ",aggregate=4")]
    [InlineData("i915-GVTg_V5_8", ",aggregate=2", "i915-GVTg_V5_4", "")]
    public void State_OfAnEqualShareCutOtherwise_Moves(string type, string parameters, string targetType, string targetParameters)
    {
        string target = VendorHost.NumberedUuid(1);
        Assert.True(host.Create(VendorHost.Graphics, type, VendorHost.Uuid + parameters).IsOk);
        Assert.True(host.Create(VendorHost.OtherGraphics, targetType, target + targetParameters).IsOk);
        string version = host.Tree.Cat($"{Device}/migration_version").Value;
        Assert.True(host.Tree.Echo(version, $"{VendorHost.OtherGraphics}/{target}/migration_version").IsOk);

        using var guest = new BusyGuest(host.Device());
        guest.Run(500);
        byte[] memory = Display.VideoMemory.Content.ToArray();
        Assert.Contains(memory, value => value != 0);
        using BusyGuest arrived = guest.MoveTo(host.Device(target));

        Moves.AssertSame(memory, ((DisplayDevice)arrived.Device).VideoMemory.Content);
        arrived.Run(500);
        Assert.Null(arrived.Workload.FindDifference());
    }

    [Fact]
    public void State_OfAnotherShare_IsRefusedByStringAndStream()
    {
        string target = VendorHost.NumberedUuid(1);
        host.Create(VendorHost.Graphics, "i915-GVTg_V5_4", VendorHost.Uuid + ",aggregate=2");
        host.Create(VendorHost.OtherGraphics, "i915-GVTg_V5_4", target);
        string version = host.Tree.Cat($"{Device}/migration_version").Value;

        Assert.Equal(Errno.EINVAL, host.Tree.Echo(version, $"{VendorHost.OtherGraphics}/{target}/migration_version").Error);
        Assert.Equal(Errno.EINVAL, host.Device(target).TryLoad(host.Device().Save()));
    }

    private DisplayDevice Display => (DisplayDevice)host.Device();
}
