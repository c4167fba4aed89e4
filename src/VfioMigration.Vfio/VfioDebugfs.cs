using System.Collections.Concurrent;

using VfioMigration.Sysfs;

namespace VfioMigration.Vfio;

/// <summary>
/// <c>/sys/kernel/debug/vfio</c> as a kernel with CONFIG_VFIO_DEBUGFS has it (<c>drivers/vfio/debugfs.c</c>): a directory per device, in it
/// <c>migration</c> when the device can be migrated by the merged uAPI.
/// </summary>
internal sealed class VfioDebugfs(DriverCore core)
{
    private readonly ConcurrentDictionary<VfioDevice, Kobject> directories = new();
    private Kobject? root;

    internal void Load() => root = core.CreateDirectory(core.Debug, "vfio").Value;

    internal void Unload()
    {
        DriverCore.RemoveDirectory(root!);
        root = null;
    }

    internal void Add(VfioDevice device)
    {
        if (!core.CreateDirectory(root!, device.Device.Name).TryGet(out Kobject directory))
        {
            return;
        }

        directories[device] = directory;
        if (device.Personality == Migration.MigrationPersonality.V2)
        {
            var migration = new MigrationDirectory(core, device);
            core.CreateDirectory(directory, migration);
            migration.AddGroup(MigrationDirectory.Files);
        }
    }

    internal void Remove(VfioDevice device)
    {
        if (directories.TryRemove(device, out Kobject? directory))
        {
            DriverCore.RemoveDirectory(directory);
        }
    }
}
