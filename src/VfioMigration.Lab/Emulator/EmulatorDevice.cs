using VfioMigration.Lab.Faults;
using VfioMigration.Lab.Guests;
using VfioMigration.Posix;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Migration.Region;

namespace VfioMigration.Lab.Emulator;

/// <summary><c>/sys/kernel/debug/vfiomig/DEVICE</c>.</summary>
internal sealed class EmulatorDevice(VfioDevice device, GuestTable guests) : Kobject(device.Device), IEmulatorObject
{
    internal VfioDevice Device => device;

    /// <summary>Reading some of the files changes a state, so nobody else may.</summary>
    public override uint ModeMask => FileModes.Octal(700);

    internal GuestTable Guests => guests;

    /// <summary>The data section of the migration region; null without one, and where such memory cannot be allocated.</summary>
    internal SharedMemory? DataSection { get; private set; }

    /// <summary>
    /// EBUSY, with a line in the kernel log that says who, while a program uses the device through <c>/dev/vfio</c>: its state and what can be read only once are that program's then.
    /// </summary>
    internal Errno RefuseWhileHeld()
    {
        if (device.FindClient() is not { } client)
        {
            return Errno.None;
        }

        device.Device.Log(LogLevels.Warning, $"in use by {client}");
        return Errno.EBUSY;
    }

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
                ShareDataSection(device.MigrationRegion!);
                AddGroup(RegionFiles.StateGroup);
                AddGroup(RegionFiles.Group);
                break;
            case MigrationPersonality.V1AndV2:
                ShareDataSection(device.MigrationRegion!);
                AddGroup(MigrationFiles.Group);
                AddGroup(RegionFiles.Group);
                break;
        }

        if (device.Migration is not null)
        {
            AddGroup(DirtyFiles.Group);
        }
    }

    private void ShareDataSection(MigrationRegion region)
    {
        if (SharedMemory.Create($"vfiomig {device.Device.Name}", MigrationRegion.DataSectionSize).TryGet(out SharedMemory shared))
        {
            region.MoveDataSection(shared.Memory);
            DataSection = shared;
        }
    }
}
