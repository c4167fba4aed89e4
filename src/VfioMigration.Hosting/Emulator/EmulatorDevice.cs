using VfioMigration.Sysfs;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Hosting.Emulator;

/// <summary><c>/sys/kernel/debug/vfiomig/DEVICE</c>.</summary>
internal sealed class EmulatorDevice(DriverCore core, VfioDevice device, GuestTable guests) : Kobject(core.Tree, device.Device.Name), IEmulatorObject
{
    internal VfioDevice Device => device;

    internal GuestTable Guests => guests;

    /// <summary>Which files there are depends on the personality of the device.</summary>
    internal void AddFiles()
    {
        AddGroup(DeviceFiles.Group);
        AddGroup(GuestFiles.Group);
        switch (device.Personality)
        {
            case MigrationPersonality.V2:
                AddGroup(MigrationFiles.Group);
                break;
            case MigrationPersonality.V1 or MigrationPersonality.Rfc:
                AddGroup(RegionFiles.Group);
                break;
        }

        if (device.Migration is not null)
        {
            AddGroup(DirtyFiles.Group);
        }
    }
}
