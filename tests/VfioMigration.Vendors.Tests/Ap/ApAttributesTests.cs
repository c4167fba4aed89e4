using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Tests.Ap;

/// <summary>Formats and errnos of <c>drivers/s390/crypto/vfio_ap_ops.c</c>.</summary>
public class ApAttributesTests
{
    private const string Parent = "devices/vfio_ap/matrix";
    private const string Type = "vfio_ap-passthrough";

    private readonly VendorHost host = VendorHost.Load("vfio_ap");

    public ApAttributesTests() => Assert.True(host.Create(Parent, Type).IsOk);

    [Fact]
    public void Files_OfADevice_HaveTheModesOfTheKernel()
    {
        string[] writeOnly = ["assign_adapter", "assign_control_domain", "assign_domain", "unassign_adapter", "unassign_control_domain", "unassign_domain"];
        Assert.All(writeOnly, file => Assert.Equal(Errno.EACCES, host.Tree.Cat(PathOf(file)).Error));
        Assert.All(["control_domains", "guest_matrix", "matrix"], file => Assert.Equal("", Cat(file)));
        Assert.Equal(Errno.EACCES, host.Tree.Echo("1", PathOf("matrix")).Error);
    }

    [Fact]
    public void Matrix_OfAdaptersAndDomains_IsTheirProduct()
    {
        Write("assign_adapter", "5");
        Write("assign_adapter", "0x6");
        Assert.Equal("05.\n06.\n", Cat("matrix"));
        Write("assign_domain", "4");
        Write("assign_domain", "0xab\n");
        Write("assign_control_domain", "0253");

        Assert.Equal("05.0004\n05.00ab\n06.0004\n06.00ab\n", Cat("matrix"));
        Assert.Equal("00ab\n", Cat("control_domains"));
        Write("unassign_adapter", "5");
        Write("unassign_adapter", "6");
        Assert.Equal(".0004\n.00ab\n", Cat("matrix"));
        Write("unassign_domain", "4");
        Write("unassign_domain", "171");
        Write("unassign_control_domain", "0xab");
        Assert.Equal(("", ""), (Cat("matrix"), Cat("control_domains")));
    }

    [Fact]
    public void GuestMatrix_OfWhatTheMachineLacks_LeavesItOut()
    {
        Write("assign_adapter", "5");
        Write("assign_adapter", "200");
        Write("assign_domain", "4");

        Assert.Equal("05.0004\nc8.0004\n", Cat("matrix"));
        Assert.Equal("05.0004\n", Cat("guest_matrix"));
    }

    [Theory]
    [InlineData("assign_adapter")]
    [InlineData("unassign_adapter")]
    [InlineData("assign_domain")]
    [InlineData("unassign_domain")]
    [InlineData("assign_control_domain")]
    [InlineData("unassign_control_domain")]
    public void Number_ThatIsNone_IsRefused(string file)
    {
        Assert.Equal(Errno.EINVAL, host.Tree.Echo("five", PathOf(file)).Error);
        Assert.Equal(Errno.EINVAL, host.Tree.Echo("-1", PathOf(file)).Error);
        Assert.Equal(Errno.ENODEV, host.Tree.Echo("256", PathOf(file)).Error);
        Assert.True(host.Tree.Echo("255", PathOf(file)).IsOk);
        Assert.True(host.Tree.Echo("255", PathOf(file)).IsOk);
    }

    [Fact]
    public void Queue_OfTheHostsDrivers_IsNotAvailable()
    {
        Write("assign_domain", "4");

        Assert.Equal(Errno.EADDRNOTAVAIL, host.Tree.Echo("0", PathOf("assign_adapter")).Error);
        Assert.Equal(".0004\n", Cat("matrix"));
        Write("unassign_domain", "4");
        Write("assign_adapter", "0");
        Assert.Equal(Errno.EADDRNOTAVAIL, host.Tree.Echo("4", PathOf("assign_domain")).Error);
    }

    [Fact]
    public void Queue_OfAnotherDevice_IsInUse()
    {
        Write("assign_adapter", "5");
        Write("assign_domain", "4");
        string other = VendorHost.NumberedUuid(1);
        Assert.True(host.Create(Parent, Type, other).IsOk);
        Write("assign_domain", "4", other);
        Assert.Equal(Errno.EADDRINUSE, host.Tree.Echo("5", PathOf("assign_adapter", other)).Error);
        Write("assign_adapter", "6", other);
        Assert.Equal("06.0004\n", Cat("matrix", other));

        Assert.True(host.Tree.Echo("1", PathOf("remove")).IsOk);
        Write("assign_adapter", "5", other);
        Assert.Equal("05.0004\n06.0004\n", Cat("matrix", other));
    }

    [Fact]
    public void ControlDomains_OfTwoDevices_MayBeTheSame()
    {
        string other = VendorHost.NumberedUuid(1);
        host.Create(Parent, Type, other);
        Write("assign_control_domain", "4");
        Write("assign_control_domain", "4", other);

        Assert.Equal("0004\n", Cat("control_domains", other));
    }

    [Fact]
    public void Matrix_BeyondAPage_IsCut()
    {
        for (int number = 16; number < 48; number++)
        {
            Write("assign_adapter", $"{number}");
            Write("assign_domain", $"{number}");
        }

        Assert.Equal(4095, Cat("matrix").Length);
    }

    private static string PathOf(string file, string uuid = VendorHost.Uuid) => $"{Parent}/{uuid}/{file}";

    private string Cat(string file, string uuid = VendorHost.Uuid) => host.Tree.Cat(PathOf(file, uuid)).Value;

    private void Write(string file, string value, string uuid = VendorHost.Uuid) => Assert.Equal(Errno.None, host.Tree.Echo(value, PathOf(file, uuid)).Error);
}
