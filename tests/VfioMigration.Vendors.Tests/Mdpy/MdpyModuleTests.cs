using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Tests.Mdpy;

public class MdpyModuleTests
{
    private const string Parent = "devices/virtual/mdpy/mdpy";

    [Theory]
    [InlineData("mdpy-hd", "1920x1080")]
    [InlineData("mdpy-vga", "640x480")]
    [InlineData("mdpy-xga", "1024x768")]
    public void Type_AfterLoad_HasTheMeasuredTexts(string type, string size)
    {
        VendorHost host = VendorHost.Load("mdpy");

        Assert.Equal($"{type}\n", host.CatType(Parent, type, "name"));
        Assert.Equal($"virtual display, {size} framebuffer\n", host.CatType(Parent, type, "description"));
        Assert.Equal("vfio-pci\n", host.CatType(Parent, type, "device_api"));
    }

    [Fact]
    public void Device_OnceCreated_ShowsItsResolution()
    {
        VendorHost host = VendorHost.Load("mdpy");
        host.Create(Parent, "mdpy-xga");

        Assert.Equal("1024x768\n", host.Tree.Cat($"{Parent}/{VendorHost.Uuid}/vendor/resolution").Value);
    }

    [Fact]
    public void Displays_OfAllTypes_AreFour()
    {
        VendorHost host = VendorHost.Load("mdpy");
        Assert.Equal("4,4,4", host.Available(Parent));
        for (int i = 0; i < 4; i++)
        {
            host.Create(Parent, "mdpy-vga", VendorHost.NumberedUuid(i));
        }

        Assert.Equal("0,0,0", host.Available(Parent));
        Assert.Equal(Errno.EUSERS, host.Create(Parent, "mdpy-xga").Error);
    }

    [Fact]
    public void MigrationVersion_OfATypes_AcceptsTheSameSizeOnly()
    {
        VendorHost host = VendorHost.Load("mdpy", ("migration_version", "true"));
        string file = $"{Parent}/mdev_supported_types/mdpy-vga/migration_version";

        Assert.Equal("mdpy-1-640x480\n", host.Tree.Cat(file).Value);
        Assert.Equal(15, host.Tree.Echo("mdpy-1-640x480\n", file).Value);
        Assert.Equal(Errno.EINVAL, host.Tree.Echo("mdpy-1-1024x768\n", file).Error);
    }

    [Fact]
    public void MigrationVersion_ByDefault_IsAbsent()
    {
        VendorHost host = VendorHost.Load("mdpy");

        Assert.False(host.Tree.Exists($"{Parent}/mdev_supported_types/mdpy-vga/migration_version"));
    }
}
