using VfioMigration.DevVfio.Clients;
using VfioMigration.DevVfio.Ioctls;
using VfioMigration.DevVfio.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

namespace VfioMigration.DevVfio.Tests;

public class IoctlTableTests
{
    /// <summary>The trap in the system call lets all other numbers pass.</summary>
    [Fact]
    public void Numbers_ThatMayReturnAFile_AreThoseThatAreTrapped() =>
        Assert.Equal(VfioIoctlNumbers.ThatReturnFiles.Order(), VfioIoctlTable.NumbersThatReturnFiles);

    [Fact]
    public void Rows_HaveDifferentNames() =>
        Assert.All(VfioIoctlTable.Rows.GroupBy(static row => (row.Kind, row.Name)), static rows => Assert.Single(rows));

    /// <summary>copy_from_user comes before all other checks but those of the file itself.</summary>
    [Fact]
    public void Structure_ThatCannotBeRead_IsEfault()
    {
        using var fixture = new DevVfioFixture(hasIommufd: true);
        var device = new OpenDevice(fixture, "mtty-1");
        int iommufd = fixture.Open(DevVfioHost.HiddenIommuName).Value;
        var files = new Dictionary<VfioFileKind, int>
        {
            [VfioFileKind.Container] = device.Container,
            [VfioFileKind.Group] = device.Group,
            [VfioFileKind.Iommufd] = iommufd,
        };

        Assert.All(
            VfioIoctlTable.Rows.Where(row => row.MinimumSize > 0 && files.ContainsKey(row.Kind)),
            row => Assert.Equal((row.Name, Errno.EFAULT), (row.Name, fixture.Ioctl(files[row.Kind], row.Number, 8).Error)));
    }
}
