using VfioMigration.DevVfio.Tests.Support;
using VfioMigration.Uapi;

using static VfioMigration.Uapi.Vfio.VfioIoctlNumbers;

namespace VfioMigration.DevVfio.Tests;

/// <summary>vfio_pci_ioeventfd.</summary>
public sealed class IoeventfdTests : IDisposable
{
    private const uint Size4 = 4;

    private readonly DevVfioFixture fixture = new(hasIommufd: true, hasFunction: true);
    private readonly int device;
    private readonly int eventFd;

    public IoeventfdTests()
    {
        eventFd = fixture.Client.Add(new FakeEventFd());
        device = fixture.Open(fixture.CdevOf(DevVfioFixture.Function)).Value;
        Assert.Equal(0, fixture.Ioctl(device, VFIO_DEVICE_BIND_IOMMUFD, Pack.Of(16u, 0u, fixture.Open(DevVfioHost.HiddenIommuName).Value, 0u)).Value);
    }

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void Register_HasOneOfAValue_UntilItIsRemoved()
    {
        Assert.Equal(0, Set(Size4, 8, 1, eventFd).Value);
        Assert.Equal(Errno.EEXIST, Set(Size4, 8, 1, eventFd).Error);
        Assert.Equal(0, Set(Size4, 8, 2, eventFd).Value);
        Assert.Equal(0, Set(Size4, 8, 1, -1).Value);
        Assert.Equal(Errno.ENODEV, Set(Size4, 8, 1, -1).Error);
    }

    [Fact]
    public void Register_ThatIsNone_IsRefused()
    {
        Assert.Equal(Errno.EINVAL, Set(8, 8, 1, eventFd).Error);
        Assert.Equal(Errno.EINVAL, Set(Size4, 7UL << 40, 1, eventFd).Error);
        Assert.Equal(Errno.EINVAL, Set(3, 8, 1, eventFd).Error);
        Assert.Equal(Errno.EINVAL, Set(0, 8, 1, eventFd).Error);
        Assert.Equal(Errno.EINVAL, Set(Size4, 8, 1, -2).Error);
        Assert.Equal(Errno.EBADF, Set(Size4, 8, 1, 999).Error);
    }

    private Result<int> Set(uint flags, ulong offset, ulong data, int descriptor) =>
        fixture.Ioctl(device, VFIO_DEVICE_IOEVENTFD, Pack.Of(32u, flags, offset, data, descriptor, 0u));
}
