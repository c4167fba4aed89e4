using VfioMigration.Uapi;
using VfioMigration.Vendors.Tests.Conformance;
using VfioMigration.Vfio;

namespace VfioMigration.Vendors.Tests.Nvme;

/// <summary><c>remote_url</c>, the runtime-writable file of R42.</summary>
public class NvmeAttributesTests
{
    private const string File = $"{VendorHost.Storage}/remote_url";
    private const string Version = $"{VendorHost.Storage}/migration_version";
    private const string Name = "0000:07:00.0";

    private readonly VendorHost host = VendorHost.LoadFunctions("nvme");

    [Fact]
    public void File_OfAFunction_IsThereWhileItIsBound()
    {
        Assert.Equal("\n", host.Tree.Cat(File).Value);
        Assert.False(host.Tree.Exists($"{VendorHost.Network}/remote_url"));
        host.Tree.Echo(Name, "bus/pci/drivers/vfio-pci/unbind");
        Assert.False(host.Tree.Exists(File));

        host.Tree.Echo(Name, "bus/pci/drivers/vfio-pci/bind");
        Assert.True(host.Tree.Exists(File));
    }

    [Fact]
    public void Write_OfAUrl_ChangesTheVersionStringAtOnce()
    {
        string local = host.Tree.Cat(Version).Value;
        Assert.True(host.Tree.Echo("nvmf://10.0.0.1:4420/nqn.1", File).IsOk);

        Assert.Equal("nvmf://10.0.0.1:4420/nqn.1\n", host.Tree.Cat(File).Value);
        Assert.Contains("remote_url=nvmf://10.0.0.1:4420/nqn.1,", host.Tree.Cat(Version).Value, StringComparison.Ordinal);
        Assert.Equal(Errno.EINVAL, host.Tree.Echo(local, Version).Error);
        Assert.True(host.Tree.Echo("\n", File).IsOk);
        Assert.Equal(local, host.Tree.Cat(Version).Value);
        Assert.True(host.Tree.Echo(local, Version).IsOk);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a\tb")]
    [InlineData("a\\b")]
    [InlineData("\u00e4")]
    [InlineData("a\nb")]
    public void Write_OfWhatNoUrlContains_IsRefused(string value)
    {
        Assert.Equal(Errno.EINVAL, host.Tree.Echo(value, File).Error);
        Assert.Equal("\n", host.Tree.Cat(File).Value);
    }

    [Theory]
    [InlineData(200, Errno.None)]
    [InlineData(201, Errno.EINVAL)]
    public void Write_OfALongUrl_IsBounded(int length, Errno expected) =>
        Assert.Equal(expected, host.Tree.Echo(new string('x', length), File).Error);

    [Fact]
    public void State_OfAnotherRemote_IsRefusedByItsFirstBytes()
    {
        VfioDevice source = VendorHost.LoadFunctions("nvme", ("store_mb", "1"), ("remote_url", "nvmf://a")).Device(Name);
        VfioDevice other = VendorHost.LoadFunctions("nvme", ("store_mb", "1"), ("remote_url", "nvmf://b")).Device(Name);
        VfioDevice same = VendorHost.LoadFunctions("nvme", ("store_mb", "1"), ("remote_url", "nvmf://a")).Device(Name);
        byte[] stream = source.Save();

        Assert.NotEqual(Errno.None, other.TryLoad(stream));
        Assert.Equal(Errno.None, same.TryLoad(stream));
    }

    [Fact]
    public void State_OfOlderSoftware_IsLoadedAndOfNewerRefused()
    {
        VfioDevice old = VendorHost.LoadFunctions("nvme", ("store_mb", "1"), ("software_version", "1.0")).Device(Name);
        VfioDevice fresh = VendorHost.LoadFunctions("nvme", ("store_mb", "1"), ("software_version", "1.1")).Device(Name);

        Assert.Equal(Errno.None, fresh.TryLoad(old.Save()));
        fresh.Reset();
        old.Reset();
        Assert.NotEqual(Errno.None, old.TryLoad(fresh.Save()));
    }
}
