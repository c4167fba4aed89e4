using System.Text;

using VfioMigration.DevVfio.Tests.Support;
using VfioMigration.Uapi;

using static VfioMigration.DevVfio.Tests.Support.MeasuredTable;
using static VfioMigration.Uapi.Vfio.VfioIoctlNumbers;

namespace VfioMigration.DevVfio.Tests;

/// <summary>Rows 22 to 32 and 58 to 67.</summary>
public sealed class GroupRowTests : IDisposable
{
    private const uint TCGETS = 0x5401;

    private readonly DevVfioFixture fixture = new();
    private readonly string name;
    private readonly int group;
    private readonly int container;

    public GroupRowTests()
    {
        name = fixture.Create("mtty-1", 0xa0);
        group = fixture.Open(name).Value;
        container = fixture.Open("vfio").Value;
    }

    public void Dispose() => fixture.Dispose();

    [Fact, Rows(22, 23, 25, 26, 28, 29)]
    public void Group_WithoutAContainer_HasNoDevices()
    {
        Check(22, fixture.Open(name));
        CheckStatus(23);
        Check(25, GetDevice(DevVfioFixture.Uuid(0xa0)));
        Check(26, fixture.Ioctl(group, VFIO_GROUP_UNSET_CONTAINER));
        Check(28, fixture.Ioctl(group, VFIO_GROUP_SET_CONTAINER, Pack.Of(-1)));
        Check(29, fixture.Ioctl(group, VFIO_GROUP_SET_CONTAINER, Pack.Of(999)));
    }

    [Fact, Rows(31, 32)]
    public void Container_IsSetOnce()
    {
        Assert.Equal(0, SetContainer().Value);

        Check(31, SetContainer());
        CheckStatus(32);
    }

    [Fact, Rows(58, 59, 61, 62, 64, 65, 67)]
    public void Device_IsFoundByItsWholeName()
    {
        string uuid = DevVfioFixture.Uuid(0xa0);
        fixture.Create("mtty-2", 0xa1);
        SetContainer();
        fixture.Ioctl(container, VFIO_SET_IOMMU, 3);

        Check(58, GetDevice("nosuch"));
        Check(59, GetDevice(DevVfioFixture.Uuid(0xa1)));
        Check(61, GetDevice(uuid.ToUpperInvariant()));
        Check(62, GetDevice(uuid + "\n"));
        Check(64, GetDevice(uuid));
        Check(65, GetDevice(uuid));
        Check(67, fixture.Ioctl(group, TCGETS, FakeClient.Scratch));
    }

    [Fact]
    public void Container_ThatIsAnotherFile_IsNone()
    {
        int other = fixture.Client.Add(new FakeEventFd());

        Assert.Equal(Errno.EBADFD, fixture.Ioctl(group, VFIO_GROUP_SET_CONTAINER, Pack.Of(other)).Error);
        Assert.Equal(Errno.EBADFD, fixture.Ioctl(group, VFIO_GROUP_SET_CONTAINER, Pack.Of(group)).Error);
    }

    private Result<int> SetContainer() => fixture.Ioctl(group, VFIO_GROUP_SET_CONTAINER, Pack.Of(container));

    private Result<int> GetDevice(string device) => fixture.Ioctl(group, VFIO_GROUP_GET_DEVICE_FD, Encoding.ASCII.GetBytes(device + "\0"));

    private void CheckStatus(int row)
    {
        byte[] status = Pack.Of(8u, 0u);
        Check(row, fixture.Ioctl(group, VFIO_GROUP_GET_STATUS, status), $"flags=0x{status.UInt(4):x}");
    }
}
