using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Tests.Mbochs;

public class MbochsModuleTests
{
    private const string Parent = "devices/virtual/mbochs/mbochs";

    [Theory]
    [InlineData("mbochs-large", 64)]
    [InlineData("mbochs-medium", 16)]
    [InlineData("mbochs-small", 4)]
    public void Type_AfterLoad_HasTheMeasuredTexts(string type, int megabytes)
    {
        VendorHost host = VendorHost.Load("mbochs");
        host.Create(Parent, type);

        Assert.Equal($"{type}\n", host.CatType(Parent, type, "name"));
        Assert.Equal($"virtual display, {megabytes} MB video memory\n", host.CatType(Parent, type, "description"));
        Assert.Equal($"{megabytes} MB\n", host.Tree.Cat($"{Parent}/{VendorHost.Uuid}/vendor/memory").Value);
    }

    [Fact]
    public void Memory_OfAllTypes_IsShared()
    {
        VendorHost host = VendorHost.Load("mbochs");
        Assert.Equal("4,16,64", host.Available(Parent));
        host.Create(Parent, "mbochs-small");
        Assert.Equal("3,15,63", host.Available(Parent));
        for (int i = 0; i < 3; i++)
        {
            Assert.True(host.Create(Parent, "mbochs-large", VendorHost.NumberedUuid(i)).IsOk);
        }

        Assert.Equal(Errno.ENOSPC, host.Create(Parent, "mbochs-large", VendorHost.NumberedUuid(9)).Error);
        Assert.Equal("0,3,15", host.Available(Parent));
        host.Tree.Echo("1", $"{Parent}/{VendorHost.Uuid}/remove");
        Assert.Equal("1,4,16", host.Available(Parent));
    }

    [Fact]
    public void MaxMbytes_FromTheOptions_LimitsTheMemory() =>
        Assert.Equal("0,2,8", VendorHost.Load("mbochs", ("max_mbytes", "32")).Available(Parent));

    [Fact]
    public void MigrationVersion_OfAType_AcceptsTheSameMemoryOnly()
    {
        VendorHost host = VendorHost.Load("mbochs", ("migration_version", "true"));
        string file = $"{Parent}/mdev_supported_types/mbochs-medium/migration_version";

        Assert.Equal("mbochs-1-16\n", host.Tree.Cat(file).Value);
        Assert.Equal(11, host.Tree.Echo("mbochs-1-16", file).Value);
        Assert.Equal(Errno.EINVAL, host.Tree.Echo("mbochs-1-64", file).Error);
    }
}
