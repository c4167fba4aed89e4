using System.Text;

using Mono.Unix.Native;

using VfioMigration.Integration.Tests.Support;
using VfioMigration.Posix;

namespace VfioMigration.Integration.Tests.GoldenTree;

/// <summary>Compares a mounted tree with a snapshot, entry by entry and name by name, and lists the differences.</summary>
internal sealed class TreeComparer(MountedHost host, IReadOnlyCollection<string> allowed)
{
    internal List<string> Compare(GoldenEntry[] snapshot)
    {
        var differences = new List<string>();
        foreach (GoldenEntry entry in snapshot.Where(entry => !AllowList.Covers(allowed, entry.Path)))
        {
            string expected = Describe(entry);
            string actual = Describe(entry.Path);
            if (expected != actual)
            {
                differences.Add($"{entry.Path}: expected {expected}, got {actual}");
            }
        }

        AddSurplus(snapshot, differences);
        return differences;
    }

    /// <summary>A directory that the snapshot lists must have no other names than it lists.</summary>
    private void AddSurplus(GoldenEntry[] snapshot, List<string> differences)
    {
        HashSet<string> known = [.. snapshot.Select(entry => entry.Path)];
        foreach (GoldenEntry directory in snapshot.Where(entry => entry.Type == "dir" && entry.Path.StartsWith("/sys/", StringComparison.Ordinal)))
        {
            foreach (string name in Directory.EnumerateFileSystemEntries(host.Path(directory.Path)).Select(Path.GetFileName).OfType<string>())
            {
                string path = $"{directory.Path}/{name}";
                if (!known.Contains(path) && !AllowList.Covers(allowed, path))
                {
                    differences.Add($"{path}: not in the snapshot");
                }
            }
        }
    }

    private static string Describe(GoldenEntry entry) => entry.Type switch
    {
        "absent" => "absent",
        "link" => $"link {entry.Perm} {Owner(entry.Uid, ProcessImage.UserId)}:{Owner(entry.Gid, ProcessImage.GroupId)} size={entry.Size} nlink={entry.Nlink} blocks={entry.Blocks} -> {entry.Target}",
        "dir" => $"dir {entry.Perm} {Owner(entry.Uid, ProcessImage.UserId)}:{Owner(entry.Gid, ProcessImage.GroupId)} size={entry.Size} nlink={entry.Nlink} blocks={entry.Blocks} blksize={entry.Blksize}",
        _ => $"file {entry.Perm} {Owner(entry.Uid, ProcessImage.UserId)}:{Owner(entry.Gid, ProcessImage.GroupId)} size={entry.Size} nlink={entry.Nlink} blocks={entry.Blocks} blksize={entry.Blksize} "
            + (entry.OpenReadOnly is not null ? $"open={entry.OpenReadOnly}" : entry.Read is not null ? $"read={entry.Read}" : $"'{entry.Content}'"),
    };

    /// <summary>What belongs to root on a kernel belongs to the user who has mounted the tree.</summary>
    private static long? Owner(int? measured, uint own) => measured == 0 ? own : measured;

    private string Describe(string path)
    {
        string real = host.Path(path);
        if (Syscall.lstat(real, out Stat stat) != 0)
        {
            return "absent";
        }

        string perm = Convert.ToString((int)(stat.st_mode & FilePermissions.ALLPERMS), 8).PadLeft(4, '0');
        string common = $"{perm} {stat.st_uid}:{stat.st_gid} size={stat.st_size} nlink={stat.st_nlink} blocks={stat.st_blocks}";
        return (stat.st_mode & FilePermissions.S_IFMT) switch
        {
            FilePermissions.S_IFLNK => $"link {common} -> {new FileInfo(real).LinkTarget}",
            FilePermissions.S_IFDIR => $"dir {common} blksize={stat.st_blksize}",
            _ => $"file {common} blksize={stat.st_blksize} {Content(real)}",
        };
    }

    private static string Content(string path)
    {
        int fd = Libc.open(path, Libc.O_RDONLY, 0);
        if (fd < 0)
        {
            return $"open={Libc.LastError}";
        }

        byte[] buffer = new byte[8192];
        nint length = Libc.read(fd, buffer, buffer.Length);
        string result = length < 0
            ? $"read={Libc.LastError}"
            : $"'{Encoding.Latin1.GetString(buffer, 0, (int)length).Replace("\n", "\\n", StringComparison.Ordinal)}'";
        _ = Libc.close(fd);
        return result;
    }
}
