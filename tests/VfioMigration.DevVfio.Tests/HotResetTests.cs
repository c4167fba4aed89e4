using VfioMigration.DevVfio.Tests.Support;
using VfioMigration.Uapi;

using static VfioMigration.Uapi.Vfio.VfioIoctlNumbers;

namespace VfioMigration.DevVfio.Tests;

/// <summary>vfio_pci_dev_set_hot_reset: who resets a bus holds all functions on it.</summary>
public sealed class HotResetTests : IDisposable
{
    private const uint DevIdOwned = 3;

    private readonly DevVfioFixture fixture = new(hasIommufd: true, hasFunction: true);

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void Device_BoundToAnIommufd_IsHeldByIt()
    {
        int device = fixture.Open(fixture.CdevOf(DevVfioFixture.Function)).Value;
        int iommufd = fixture.Open(DevVfioHost.HiddenIommuName).Value;
        byte[] bind = Pack.Of(16u, 0u, iommufd, 0u);
        Assert.Equal(0, fixture.Ioctl(device, VFIO_DEVICE_BIND_IOMMUFD, bind).Value);
        byte[] info = Pack.Of(24u, 0u, 0u, new byte[12]);

        Assert.Equal(0, fixture.Ioctl(device, VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, info).Value);
        Assert.Equal((DevIdOwned, 1u, bind.UInt(12)), (info.UInt(4), info.UInt(8), info.UInt(12)));
        Assert.Equal(0, fixture.Ioctl(device, VFIO_DEVICE_PCI_HOT_RESET, Pack.Of(12u, 0u, 0u)).Value);
        Assert.Equal(Errno.EINVAL, fixture.Ioctl(device, VFIO_DEVICE_PCI_HOT_RESET, Pack.Of(16u, 0u, 1u, iommufd)).Error);
    }

    [Fact]
    public void Device_OfAGroup_IsHeldByThatGroupOnly()
    {
        int group = fixture.Open(fixture.FunctionGroup).Value;
        int container = fixture.Open("vfio").Value;
        int other = fixture.Open(fixture.Create("mtty-1", 0xa0)).Value;
        Assert.Equal(0, fixture.Ioctl(group, VFIO_GROUP_SET_CONTAINER, Pack.Of(container)).Value);
        Assert.Equal(0, fixture.Ioctl(container, VFIO_SET_IOMMU, 3).Value);
        int device = fixture.Ioctl(group, VFIO_GROUP_GET_DEVICE_FD, System.Text.Encoding.ASCII.GetBytes(DevVfioFixture.Function + "\0")).Value;

        Assert.Equal(0, fixture.Ioctl(device, VFIO_DEVICE_PCI_HOT_RESET, Pack.Of(16u, 0u, 1u, group)).Value);
        Assert.Equal(Errno.EINVAL, fixture.Ioctl(device, VFIO_DEVICE_PCI_HOT_RESET, Pack.Of(16u, 0u, 1u, other)).Error);
        Assert.Equal(Errno.EINVAL, fixture.Ioctl(device, VFIO_DEVICE_PCI_HOT_RESET, Pack.Of(12u, 0u, 0u)).Error);
        Assert.Equal(Errno.EBADF, fixture.Ioctl(device, VFIO_DEVICE_PCI_HOT_RESET, Pack.Of(16u, 0u, 1u, 999)).Error);
    }
}
