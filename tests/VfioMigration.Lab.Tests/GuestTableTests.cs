using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Workloads;
using VfioMigration.Vmm.Guests;

namespace VfioMigration.Lab.Tests;

public class GuestTableTests
{
    private const string Uuid = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";

    /// <summary>A daemon that runs for weeks has the memory of the guests that run, not of those that ran.</summary>
    [Fact]
    public void GuestsThatEnded_LeaveNoMemoryMapped()
    {
        Host host = TestHosts.WithDriver("mtty");
        Assert.Empty(host.Boot());
        Assert.True(host.Core.Tree.Echo(Uuid, "devices/virtual/mtty/mtty/mdev_supported_types/mtty-1/create").IsOk);
        VfioDevice device = host.Vfio.Find(Uuid)!;
        var options = new GuestOptions(64, 2000, new WorkloadOptions());

        for (int number = 0; number < 24; number++)
        {
            Assert.Equal(Errno.None, device.Reset());
            Assert.Equal(Errno.None, host.Guests.Start(device, options));
            Assert.Equal(2, host.GuestMemory.LiveMappings);
            host.Guests.Stop(device);
            Assert.Equal(0, host.GuestMemory.LiveMappings);
        }
    }
}
