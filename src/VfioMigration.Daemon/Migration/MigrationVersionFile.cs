using System.Text;

using VfioMigration.Compatibility.Dialects;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Daemon.Migration;

/// <summary>The <c>migration_version</c> file of a device, read and written as any user space would.</summary>
internal static class MigrationVersionFile
{
    /// <summary>The text without its newline. ENOENT: there is no such file; else the driver's errno.</summary>
    internal static Result<string?> Read(Device device) =>
        Find(device) is not { } file ? Errno.ENOENT
        : KernfsAccess.Cat(device.Tree.Root, file).TryGet(out byte[] text, out Errno error) ? Encoding.UTF8.GetString(text).TrimEnd('\n')
        : error;

    /// <summary>Success means that the device takes a state with that string. ENOENT: there is no such file; else the driver's errno.</summary>
    internal static Errno Write(Device device, string text) =>
        Find(device) is { } file ? KernfsAccess.Echo(device.Tree.Root, file, Encoding.UTF8.GetBytes(text + "\n")).Error : Errno.ENOENT;

    private static KernfsFile? Find(Device device) =>
        device.Directory is { } directory
            ? device.Tree.Root.Find(directory, Encoding.UTF8.GetBytes(MigrationVersionDialect.AttributeName)) as KernfsFile
            : null;
}
