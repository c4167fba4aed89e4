using VfioMigration.Uapi;
using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Idxd;

/// <summary>Two types and aggregation over one pool of 60 queues.</summary>
public class IdxdDeviceTests
{
    private const string Device = VendorHost.Streaming + "/" + VendorHost.Uuid;
    private const string Instances = Device + "/mdev/aggregated_instances";

    private readonly VendorHost host = VendorHost.Load("idxd");

    [Theory]
    [InlineData("dsa-1dwq", "", "1", "60", "29,59")]
    [InlineData("dsa-1dwq", ",aggregate=30", "30", "60", "15,30")]
    [InlineData("dsa-2dwq", ",aggregate=15", "15", "30", "15,30")]
    [InlineData("dsa-2dwq", ",aggregate=30", "30", "30", "0,0")]
    public void Create_WithAnAggregate_TakesItFromBothTypes(string type, string parameters, string instances, string most, string left)
    {
        Assert.True(host.Create(VendorHost.Streaming, type, VendorHost.Uuid + parameters).IsOk);

        Assert.Equal((instances + "\n", most + "\n"), (host.Tree.Cat(Instances).Value, host.Tree.Cat($"{Device}/mdev/max_aggregation").Value));
        Assert.Equal(left.Split(',').Order(), host.Available(VendorHost.Streaming).Split(',').Order());
        host.Tree.Echo("1", $"{Device}/remove");
        Assert.Equal(["30", "60"], host.Available(VendorHost.Streaming).Split(',').Order());
    }

    [Theory]
    [InlineData("dsa-1dwq", ",aggregate=0", Errno.EINVAL)]
    [InlineData("dsa-1dwq", ",aggregate=61", Errno.EINVAL)]
    [InlineData("dsa-2dwq", ",aggregate=31", Errno.EINVAL)]
    [InlineData("dsa-2dwq", ",colour=red", Errno.EINVAL)]
    [InlineData("dsa-2dwq", ",aggregate=30", Errno.ENOSPC)]
    public void Create_OfWhatDoesNotFit_LeavesThePoolAlone(string type, string parameters, Errno expected)
    {
        host.Create(VendorHost.Streaming, "dsa-1dwq", VendorHost.NumberedUuid(1));

        Assert.Equal(expected, host.Create(VendorHost.Streaming, type, VendorHost.Uuid + parameters).Error);
        Assert.Equal(["29", "59"], host.Available(VendorHost.Streaming).Split(',').Order());
    }

    [Theory]
    [InlineData("60", Errno.ENOSPC)]
    [InlineData("59", Errno.None)]
    [InlineData("0", Errno.EINVAL)]
    [InlineData("61", Errno.EINVAL)]
    [InlineData("x", Errno.EINVAL)]
    public void Aggregate_OfADevice_IsBoundByWhatIsLeft(string number, Errno expected)
    {
        host.Create(VendorHost.Streaming, "dsa-1dwq");
        host.Create(VendorHost.Streaming, "dsa-1dwq", VendorHost.NumberedUuid(1));

        Assert.Equal(expected, host.Tree.Echo(number, Instances).Error);
    }

    [Fact]
    public void Aggregate_WhileTheDeviceIsOpen_IsEBUSY()
    {
        host.Create(VendorHost.Streaming, "dsa-1dwq");
        using (new BusyGuest(host.Device()))
        {
            Assert.Equal(Errno.EBUSY, host.Tree.Echo("2", Instances).Error);
        }

        Assert.Equal(1, host.Tree.Echo("2", Instances).Value);
    }

    /// <summary>P14: as large, and incompatible in the end. String and stream agree.</summary>
    [Theory]
    [InlineData("dsa-1dwq", 30, "dsa-2dwq", 15, false)]
    [InlineData("dsa-2dwq", 15, "dsa-1dwq", 30, false)]
    [InlineData("dsa-1dwq", 30, "dsa-1dwq", 29, false)]
    [InlineData("dsa-1dwq", 30, "dsa-1dwq", 30, true)]
    public void EqualSizes_OfOtherTypes_AreIncompatible(string type, int instances, string targetType, int targetInstances, bool accepted)
    {
        string target = VendorHost.NumberedUuid(1);
        host.Create(VendorHost.Streaming, type, $"{VendorHost.Uuid},aggregate={instances}");
        host.Create(VendorHost.Streaming, targetType, $"{target},aggregate={targetInstances}");
        string version = host.Tree.Cat($"{Device}/migration_version").Value;

        Assert.Equal(accepted ? Errno.None : Errno.EINVAL, host.Tree.Echo(version, $"{VendorHost.Streaming}/{target}/migration_version").Error);
        Assert.Equal(accepted ? Errno.None : Errno.EINVAL, host.Device(target).TryLoad(host.Device().Save()));
    }
}
