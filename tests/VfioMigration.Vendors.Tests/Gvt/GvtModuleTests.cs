using VfioMigration.Compatibility;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Tests.Gvt;

/// <summary>docs/proposals.md, what the example driver did.</summary>
public class GvtModuleTests
{
    private const string Own = "8086-591d-GVTg_V5_4-00000001";

    [Fact]
    public void Types_OfBothFunctions_AreTheFourSlices()
    {
        VendorHost host = VendorHost.Load("i915");
        string[] types = ["i915-GVTg_V5_1", "i915-GVTg_V5_2", "i915-GVTg_V5_4", "i915-GVTg_V5_8"];

        Assert.Equal(types, host.Types(VendorHost.Graphics));
        Assert.Equal(types, host.Types(VendorHost.OtherGraphics));
        Assert.Equal("GVTg_V5_4\n", host.CatType(VendorHost.Graphics, "i915-GVTg_V5_4", "name"));
        Assert.Equal(
            "low_gm_size: 128MB\nhigh_gm_size: 512MB\nfence: 4\nresolution: 1920x1200\nweight: 4\n",
            host.CatType(VendorHost.Graphics, "i915-GVTg_V5_4", "description"));
    }

    [Fact]
    public void Types_ThatNeverFit_AreNotOffered() =>
        Assert.Equal(["i915-GVTg_V5_8"], VendorHost.Load("i915", ("low_gm_mb", "64")).Types(VendorHost.Graphics));

    [Fact]
    public void Capacity_OfOneFunction_IsSharedByItsTypesOnly()
    {
        VendorHost host = VendorHost.Load("i915");
        Assert.Equal("1,2,4,8", host.Available(VendorHost.Graphics));
        host.Create(VendorHost.Graphics, "i915-GVTg_V5_2");

        Assert.Equal("0,1,2,4", host.Available(VendorHost.Graphics));
        Assert.Equal("1,2,4,8", host.Available(VendorHost.OtherGraphics));
        Assert.Equal(Errno.ENOSPC, host.Create(VendorHost.Graphics, "i915-GVTg_V5_1", VendorHost.NumberedUuid(1)).Error);
    }

    [Fact]
    public void VgpuId_OfDevices_IsTheLowestFree()
    {
        VendorHost host = VendorHost.Load("i915");
        for (int i = 0; i < 3; i++)
        {
            host.Create(VendorHost.Graphics, "i915-GVTg_V5_8", VendorHost.NumberedUuid(i));
        }

        host.Tree.Echo("1", $"{VendorHost.Graphics}/{VendorHost.NumberedUuid(1)}/remove");
        host.Create(VendorHost.Graphics, "i915-GVTg_V5_8");

        Assert.Equal("2\n", host.Tree.Cat($"{VendorHost.Graphics}/{VendorHost.Uuid}/intel_vgpu/vgpu_id").Value);
    }

    [Theory]
    [InlineData(Own, null)]
    [InlineData(Own + "\n", null)]
    [InlineData(Own + "\n\n", "format")]
    [InlineData("", "format")]
    [InlineData("8086-591d-GVTg_V5_4", "format")]
    [InlineData("8086-591d-GVTg_V5_4-1", "format")]
    [InlineData("8086-591d-GVTg_V5_4_and_too_long-00000001", "format")]
    [InlineData("i915-591d-GVTg_V5_4-00000001", "format")]
    [InlineData("8086-591D-GVTg_V5_4-00000001", "format")]
    [InlineData("8086-193b-GVTg_V5_4-00000001", "hardware")]
    [InlineData("8086-193b-GVTg_V5_8-00000002", "hardware")]
    [InlineData("8086-591d-GVTg_V5_8-00000002", "software-version")]
    [InlineData("8086-591d-GVTg_V5_4-00000000", "software-version")]
    [InlineData("8086-591d-GVTg_V5_8-00000001", "vgpu-type")]
    public void Judge_ByTheStrictPolicy_ExplainsInTheFixedOrder(string source, string? rule) =>
        AssertRule(VendorHost.Load("i915"), source, rule, "strict-equality");

    [Theory]
    [InlineData("8086-193b-GVTg_V5_4-00000002", null)]
    [InlineData("8086-591d-GVTg_V5_4-00000001", null)]
    [InlineData("8086-1234-GVTg_V5_4-00000002", "hardware")]
    [InlineData("1002-193b-GVTg_V5_4-00000002", "hardware")]
    [InlineData("8086-193b-GVTg_V5_4-00000003", "software-version")]
    [InlineData("8086-193b-GVTg_V5_8-00000002", "vgpu-type")]
    [InlineData("noise", "format")]
    public void Judge_ByTheRelaxedPolicy_TakesTheGenerationAndOlderSoftware(string source, string? rule) =>
        AssertRule(VendorHost.Load("i915", ("policy", "relaxed"), ("software_version", "2")), source, rule, "relaxed-policy");

    [Fact]
    public void MigrationVersion_WithoutASoftwareVersion_IsENODEVBothWays()
    {
        VendorHost host = VendorHost.Load("i915", ("software_version", "undefined"));
        host.Create(VendorHost.Graphics, "i915-GVTg_V5_4");
        foreach (string node in (string[])["mdev_supported_types/i915-GVTg_V5_4", VendorHost.Uuid])
        {
            string file = $"{VendorHost.Graphics}/{node}/migration_version";
            Assert.Equal(Errno.ENODEV, host.Tree.Cat(file).Error);
            Assert.Equal(Errno.ENODEV, host.Tree.Echo(Own, file).Error);
        }
    }

    [Fact]
    public void MigrationVersion_OfTypeAndDevice_IsTheSame()
    {
        VendorHost host = VendorHost.Load("i915");
        host.Create(VendorHost.Graphics, "i915-GVTg_V5_4");

        Assert.Equal(Own + "\n", host.CatType(VendorHost.Graphics, "i915-GVTg_V5_4", "migration_version"));
        Assert.Equal(Own + "\n", host.Tree.Cat($"{VendorHost.Graphics}/{VendorHost.Uuid}/migration_version").Value);
    }

    [Fact]
    public void MigrationVersion_SwitchedOff_IsAbsent()
    {
        VendorHost host = VendorHost.Load("i915", ("migration_version", "false"));

        Assert.False(host.Tree.Exists($"{VendorHost.Graphics}/mdev_supported_types/i915-GVTg_V5_4/migration_version"));
    }

    private static void AssertRule(VendorHost host, string source, string? rule, string acceptingRule)
    {
        Verdict verdict = VendorHost.Judge(host.TypeCompatibility("GVTg_V5_4"), source);

        Assert.Equal(rule is null ? Errno.None : Errno.EINVAL, verdict.Errno);
        Assert.Equal(rule ?? acceptingRule, verdict.Rule);
    }
}
