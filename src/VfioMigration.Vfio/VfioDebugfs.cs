using VfioMigration.Sysfs;

namespace VfioMigration.Vfio;

/// <summary>
/// <c>/sys/kernel/debug/vfio</c> as a kernel with CONFIG_VFIO_DEBUGFS has it (<c>drivers/vfio/debugfs.c</c>): a directory per device, in it
/// <c>migration</c> when the device can be migrated by the merged uAPI.
/// </summary>
internal sealed class VfioDebugfs(DriverCore core)
{
    private Kobject? root;

    internal void Load() => root = core.CreateDirectory(core.Debug, "vfio").Value;

    internal void Unload()
    {
        DriverCore.RemoveDirectory(root!);
        root = null;
    }

    internal void Add(VfioDevice device)
    {
        if (!core.CreateDirectory(root!, new DeviceDirectory(device)).TryGet(out Kobject directory))
        {
            return;
        }

        if (device.HasMergedMigration)
        {
            var migration = new MigrationDirectory(core, device);
            core.CreateDirectory(directory, migration);
            migration.AddGroup(MigrationDirectory.StateFile);
            if (core.KernelVersion >= MigrationDirectory.FirstWithFeatures)
            {
                migration.AddGroup(MigrationDirectory.FeaturesFile);
            }
        }
    }

    internal void Remove(VfioDevice device)
    {
        if (root!.FindChild(device.Device) is DeviceDirectory directory && directory.Device == device)
        {
            DriverCore.RemoveDirectory(directory);
        }
    }

    private sealed class DeviceDirectory(VfioDevice device) : Kobject(device.Device)
    {
        internal VfioDevice Device => device;
    }
}
