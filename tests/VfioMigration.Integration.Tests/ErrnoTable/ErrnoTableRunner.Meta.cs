using System.Text;

using VfioMigration.Integration.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Integration.Tests.ErrnoTable;

internal sealed partial class ErrnoTableRunner
{
    private Outcome RunMeta(ErrnoTableRow row)
    {
        if (row.Operation.StartsWith("scandir order", StringComparison.Ordinal))
        {
            return ScanOrder(row.Target.StartsWith("<uuid>", StringComparison.Ordinal));
        }

        if (row.Operation.StartsWith("nlink of devices dir", StringComparison.Ordinal))
        {
            host.Create(Uuid);
            string[] links = [.. new[] { $"{Mtty1}/devices", Mtty1, Device }.Select(path => $"{Links(path)}")];
            return Outcome.Of(0, string.Join(" / ", links));
        }

        string target = row.Target.TrimEnd('/');
        string path = host.Path($"{MountedHost.MttyTypes}/{target}");
        if (row.Operation.StartsWith("open(", StringComparison.Ordinal))
        {
            Assert.Equal(0, Libc.chmod(path, FileModes.Octal(666)));
            return TryOpen($"{MountedHost.MttyTypes}/{target}", Flags(row.Operation));
        }

        int ret = row.Operation switch
        {
            "chmod 0666" => Libc.chmod(path, FileModes.Octal(666)),
            "chown 1000:1000" => Libc.chown(path, 1000, 1000),
            "chmod 0700 on the type directory" => Libc.chmod(path, 0x1C0),
            "truncate(path,0)" => Libc.truncate(path, 0),
            "truncate(path,10)" => Libc.truncate(path, 10),
            "truncate(path,5000)" => Libc.truncate(path, 5000),
            "truncate(path,-1)" => Libc.truncate(path, -1),
            "truncate on directory" => Libc.truncate(path, 0),
            _ => throw Unknown(row),
        };
        Outcome outcome = Outcome.Of(ret);
        return row.Detail.Length == 0 ? outcome : outcome with { Detail = WithTimeOf(row, path) };
    }

    /// <summary>What stat shows, with the time of the row, which no second machine can have.</summary>
    private static string WithTimeOf(ErrnoTableRow row, string path)
    {
        Assert.Equal(0, Mono.Unix.Native.Syscall.stat(path, out Mono.Unix.Native.Stat stat));
        string time = row.Detail[row.Detail.IndexOf(" mtime=", StringComparison.Ordinal)..];
        return $"mode={Convert.ToString((int)stat.st_mode, 8)} uid={stat.st_uid} gid={stat.st_gid} size={stat.st_size}{time}";
    }

    private Outcome ScanOrder(bool device)
    {
        if (device)
        {
            host.Create(Uuid);
        }

        int fd = Open(device ? Device : Mtty1, Libc.O_RDONLY | Libc.O_DIRECTORY);
        IEnumerable<string> entries = Libc.ListDirectory(fd).Select(entry => $"{entry.Name}:{entry.Type switch
        {
            4 => 'd',
            10 => 'l',
            _ => 'f',
        }}");
        return Outcome.Of(0, string.Join(' ', entries));
    }

    private ulong Links(string path)
    {
        Assert.Equal(0, Mono.Unix.Native.Syscall.stat(host.Path(path), out Mono.Unix.Native.Stat stat));
        return stat.st_nlink;
    }

    private Outcome RunXattr(ErrnoTableRow row)
    {
        string path = host.Path($"{MountedHost.MttyTypes}/{row.Target}");
        byte[] value = new byte[100];
        if (row.Operation.Contains("trusted", StringComparison.Ordinal) && row.Operation.StartsWith("get", StringComparison.Ordinal))
        {
            Assert.Equal(0, Libc.setxattr(path, "trusted.x", "1"u8.ToArray(), 1, 0));
        }

        if (row.Operation == "listxattr")
        {
            Assert.Equal(0, Libc.setxattr(path, "trusted.x", "1"u8.ToArray(), 1, 0));
            Assert.Equal(0, Libc.setxattr(path, "security.x", "1"u8.ToArray(), 1, 0));
            nint length = Libc.listxattr(path, value, value.Length);
            return Outcome.Of(length, Encoding.ASCII.GetString(value, 0, (int)length).Replace("\0", "\\0", StringComparison.Ordinal));
        }

        string[] words = row.Operation.Split(' ');
        return words[0] == "setxattr"
            ? Outcome.Of(Libc.setxattr(path, words[1], "1"u8.ToArray(), 1, 0))
            : Outcome.Of(Libc.getxattr(path, words[1], value, value.Length));
    }
}
