using System.Text;

using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Hosting.Migration;

/// <summary>The <c>migration_version</c> file of a device, read and written as any user space would.</summary>
internal static class MigrationVersionFile
{
    private const string Name = "migration_version";

    /// <summary>The text without its newline. ENOENT: there is no such file; else as its driver says.</summary>
    internal static Result<string?> Read(Device device)
    {
        if (Find(device) is not { } file)
        {
            return Errno.ENOENT;
        }

        var open = new KernfsOpenFile();
        Errno error = open.Open(device.Tree.Root, file, OpenFlags.O_RDONLY);
        if (error != Errno.None)
        {
            return error;
        }

        byte[] page = new byte[KernfsOpenFile.PageSize];
        Result<int> read = open.Read(0, page, CancellationToken.None);
        open.Close();
        return read.TryGet(out int length, out error) ? Encoding.UTF8.GetString(page, 0, length).TrimEnd('\n') : error;
    }

    /// <summary>Success means that the device takes a state with that string. ENOENT: there is no such file; else as its driver says.</summary>
    internal static Errno Write(Device device, string text)
    {
        if (Find(device) is not { } file)
        {
            return Errno.ENOENT;
        }

        var open = new KernfsOpenFile();
        Errno error = open.Open(device.Tree.Root, file, OpenFlags.O_WRONLY);
        if (error != Errno.None)
        {
            return error;
        }

        Result<int> written = open.Write(0, Encoding.UTF8.GetBytes(text + "\n"), CancellationToken.None);
        open.Close();
        return written.Error;
    }

    private static KernfsFile? Find(Device device) =>
        device.Directory is { } directory ? device.Tree.Root.Find(directory, Encoding.UTF8.GetBytes(Name)) as KernfsFile : null;
}
