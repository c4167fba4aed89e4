using VfioMigration.Sysfs;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vfio;

/// <summary><c>/sys/kernel/debug/vfio/DEVICE/migration</c>.</summary>
internal sealed class MigrationDirectory(DriverCore core, VfioDevice device) : Kobject(core.Tree, "migration")
{
    /// <summary><c>state</c> since Linux 6.8, <c>features</c> since 6.18.</summary>
    internal static readonly AttributeGroup Files = new(
        SysfsAttribute<MigrationDirectory>.ReadOnly("state", static (directory, page) =>
            SysfsText.Line(page, directory.Device.Migration!.State.Name())),
        SysfsAttribute<MigrationDirectory>.ReadOnly("features", static (directory, page) =>
            SysfsText.Lines(page, directory.Features())));

    private VfioDevice Device => device;

    private string Features()
    {
        VfioMigrationFlags flags = device.Migration!.Flags;
        return (flags.HasFlag(VfioMigrationFlags.VFIO_MIGRATION_STOP_COPY) ? "stop-copy\n" : "")
            + (flags.HasFlag(VfioMigrationFlags.VFIO_MIGRATION_P2P) ? "p2p\n" : "")
            + (flags.HasFlag(VfioMigrationFlags.VFIO_MIGRATION_PRE_COPY) ? "pre-copy\n" : "")
            + (device.HasDirtyLog ? "dirty-tracking\n" : "");
    }
}
