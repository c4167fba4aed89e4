using VfioMigration.DevVfio.Tests.Support;

using static VfioMigration.DevVfio.Tests.Support.MeasuredTable;

namespace VfioMigration.DevVfio.Tests;

/// <summary>Rows 514 and 515: a kernel without IOMMUFD.</summary>
public sealed class CdevRowTests
{
    [Fact, Rows(514, 515)]
    public void Nodes_OfIommufd_AreThereWithIt()
    {
        using var without = new DevVfioFixture();
        using var with = new DevVfioFixture(hasIommufd: true);
        without.Create("mtty-1", 0xa0);
        with.Create("mtty-1", 0xa0);

        Check(514, 0, without.Listing.Contains("devices") ? "present" : "absent");
        Check(515, 0, $"{without.Open(DevVfioHost.HiddenIommuName).IsOk}");
        Assert.Equal(["0", "devices", "vfio"], with.Listing);
        Assert.True(with.Open(DevVfioHost.HiddenIommuName).IsOk);
    }
}
