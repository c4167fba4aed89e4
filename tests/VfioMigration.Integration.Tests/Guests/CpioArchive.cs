using System.Buffers;
using System.Text;

namespace VfioMigration.Integration.Tests.Guests;

/// <summary>A cpio archive in the format newc, as Documentation/driver-api/early-userspace/buffer-format.rst of Linux describes it. All files belong to root.</summary>
internal sealed class CpioArchive
{
    private const int Alignment = 4;

    private readonly ArrayBufferWriter<byte> bytes = new();
    private int inode;

    /// <param name="path">Without a slash in front. Folders come before what is in them.</param>
    /// <param name="mode">Type and permissions, as st_mode of stat(2).</param>
    /// <param name="content">Of a file, or the target of a link; empty for all else.</param>
    /// <param name="major">Of a device.</param>
    /// <param name="minor">Of a device.</param>
    internal void Add(string path, int mode, ReadOnlySpan<byte> content, int major = 0, int minor = 0)
    {
        byte[] name = Encoding.UTF8.GetBytes(path + '\0');
        const int Links = 1;
        int[] fields = [++inode, mode, 0, 0, Links, 0, content.Length, 0, 0, major, minor, name.Length, 0];
        bytes.Write("070701"u8);
        foreach (int field in fields)
        {
            bytes.Write(Encoding.ASCII.GetBytes($"{field:X8}"));
        }

        bytes.Write(name);
        Align();
        bytes.Write(content);
        Align();
    }

    /// <summary>Ends the archive; it takes no more files.</summary>
    internal byte[] ToArray()
    {
        Add("TRAILER!!!", 0, []);
        return bytes.WrittenSpan.ToArray();
    }

    private void Align() => bytes.Write(new byte[-bytes.WrittenCount & (Alignment - 1)]);
}
