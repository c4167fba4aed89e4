using VfioMigration.Sysfs;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vfio;

/// <summary><c>/sys/kernel/debug/vfio/DEVICE/migration</c>.</summary>
internal sealed class MigrationDirectory(DriverCore core, VfioDevice device) : Kobject(core.Tree, "migration")
{
    /// <summary>Which kernel has <c>features</c>.</summary>
    internal static readonly Version FirstWithFeatures = new(6, 18);

    /// <summary>Since Linux 6.8.</summary>
    internal static readonly AttributeGroup StateFile = new(
        SysfsAttribute<MigrationDirectory>.ReadOnly("state", static (directory, page) =>
            SysfsText.Line(page, directory.Device.Migration!.State.Name())));

    internal static readonly AttributeGroup FeaturesFile = new(
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
