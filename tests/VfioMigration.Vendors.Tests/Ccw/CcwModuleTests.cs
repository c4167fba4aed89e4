using VfioMigration.Compatibility;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Tests.Ccw;

/// <summary>R44 and R45.</summary>
public class CcwModuleTests
{
    private const string Own = "software_version=1.0.0,type=vfio-ccw,subchannel_type=0,chpid_type=0x1a,chpid_mask=0xf0";

    [Fact]
    public void Type_OfASubchannel_IsOneDevice()
    {
        VendorHost host = VendorHost.Load("vfio_ccw");

        Assert.Equal(["vfio-ccw_IO"], host.Types(VendorHost.Subchannel));
        Assert.Equal("vfio-ccw\n", host.CatType(VendorHost.Subchannel, "vfio-ccw_IO", "device_api"));
        Assert.Equal("I/O subchannel (Non-QDIO)\n", host.CatType(VendorHost.Subchannel, "vfio-ccw_IO", "name"));
        Assert.Equal("1", host.Available(VendorHost.Subchannel));
        host.Create(VendorHost.Subchannel, "vfio-ccw_IO");
        Assert.Equal(Errno.EUSERS, host.Create(VendorHost.Subchannel, "vfio-ccw_IO", VendorHost.NumberedUuid(1)).Error);
    }

    [Theory]
    [InlineData("software_version", "1.0.0\n")]
    [InlineData("subchannel_type", "0\n")]
    [InlineData("chpid_type", "0x1a\n")]
    [InlineData("chpid_mask", "0xf0\n")]
    public void File_OfADevice_HasItsField(string file, string content)
    {
        VendorHost host = VendorHost.Load("vfio_ccw");
        host.Create(VendorHost.Subchannel, "vfio-ccw_IO");

        Assert.Equal(content, host.Tree.Cat($"{VendorHost.Subchannel}/{VendorHost.Uuid}/ccw/{file}").Value);
    }

    [Fact]
    public void MigrationVersion_OfATypeAndItsDevice_HasAllFields()
    {
        VendorHost host = VendorHost.Load("vfio_ccw");
        host.Create(VendorHost.Subchannel, "vfio-ccw_IO");

        Assert.Equal(Own + "\n", host.CatType(VendorHost.Subchannel, "vfio-ccw_IO", "migration_version"));
        Assert.Equal(Own + "\n", host.Tree.Cat($"{VendorHost.Subchannel}/{VendorHost.Uuid}/migration_version").Value);
    }

    [Theory]
    [InlineData(Own, null)]
    [InlineData(Own + "\n", null)]
    [InlineData("software_version=1.0.7,type=vfio-ccw,subchannel_type=0,chpid_type=0x1a,chpid_mask=0x80", null)]
    [InlineData("software_version=1.1.0,type=vfio-ccw,subchannel_type=0,chpid_type=0x1a,chpid_mask=0xf0", "software_version")]
    [InlineData("software_version=2.0.0,type=vfio-ccw,subchannel_type=0,chpid_type=0x1a,chpid_mask=0xf0", "software_version")]
    [InlineData("software_version=1.0.0,type=vfio-pci,subchannel_type=0,chpid_type=0x1a,chpid_mask=0xf0", "type")]
    [InlineData("software_version=1.0.0,type=vfio-ccw,subchannel_type=1,chpid_type=0x1a,chpid_mask=0xf0", "subchannel_type")]
    [InlineData("software_version=1.0.0,type=vfio-ccw,subchannel_type=0,chpid_type=0x1b,chpid_mask=0xf0", "chpid_type")]
    [InlineData("software_version=x,type=vfio-ccw,subchannel_type=0,chpid_type=0x1a,chpid_mask=0xf0", "software_version")]
    [InlineData("type=vfio-ccw,software_version=1.0.0,subchannel_type=0,chpid_type=0x1a,chpid_mask=0xf0", "format")]
    [InlineData("software_version=1.0.0,type=vfio-ccw,subchannel_type=0,chpid_type=0x1a", "format")]
    [InlineData(Own + ",more=1", "format")]
    [InlineData("", "format")]
    public void Judge_ByDefault_IgnoresTheMask(string source, string? rule)
    {
        Verdict verdict = VendorHost.Judge(VendorHost.Load("vfio_ccw").TypeCompatibility("ccw_IO"), source);

        Assert.Equal(rule is null ? VerdictKind.Plausible : VerdictKind.Incompatible, verdict.Kind);
        Assert.Equal(rule is null ? Errno.None : Errno.EINVAL, verdict.Errno);
        Assert.Equal(rule ?? "subchannel", verdict.Rule);
    }

    [Fact]
    public void Judge_WithTheMaskConfigured_ComparesIt()
    {
        IMigrationCompatibility target = VendorHost.Load("vfio_ccw", ("check_chpid_mask", "true")).TypeCompatibility("ccw_IO");

        Assert.True(VendorHost.Judge(target, Own).IsAccepted);
        Assert.Equal("chpid_mask", VendorHost.Judge(target, Own.Replace("0xf0", "0x80", StringComparison.Ordinal)).Rule);
    }
}
