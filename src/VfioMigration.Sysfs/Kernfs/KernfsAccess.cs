using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Kernfs;

/// <summary>What cat and echo do with one file: open, one call, close.</summary>
public static class KernfsAccess
{
    /// <summary>The first page of a file. As open and read answer.</summary>
    public static Result<byte[]> Cat(KernfsRoot root, KernfsFile file)
    {
        var open = new KernfsOpenFile();
        Errno error = open.Open(root, file, OpenFlags.O_RDONLY);
        if (error != Errno.None)
        {
            return error;
        }

        byte[] page = new byte[Page.Size];
        Result<int> read = open.Read(0, page, CancellationToken.None);
        open.Close();
        return read.TryGet(out int length, out error) ? page[..length] : error;
    }

    /// <summary>One write of a whole value; how many bytes were taken. As open and write answer.</summary>
    public static Result<int> Echo(KernfsRoot root, KernfsFile file, ReadOnlySpan<byte> value)
    {
        var open = new KernfsOpenFile();
        Errno error = open.Open(root, file, OpenFlags.O_WRONLY);
        if (error != Errno.None)
        {
            return error;
        }

        Result<int> written = open.Write(0, value, CancellationToken.None);
        open.Close();
        return written;
    }
}
