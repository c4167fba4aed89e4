using System.Text;

using VfioMigration.Integration.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Integration.Tests.ErrnoTable;

internal sealed partial class ErrnoTableRunner
{
    private const int W_OK = 2;
    private const int X_OK = 1;
    private const int R_OK = 4;

    private Outcome RunOpenMode(ErrnoTableRow row)
    {
        string path = $"{MountedHost.MttyTypes}/{row.Target}";
        if (row.Operation.StartsWith("access(", StringComparison.Ordinal))
        {
            int mode = row.Operation.Contains("W_OK", StringComparison.Ordinal) ? W_OK : row.Operation.Contains("X_OK", StringComparison.Ordinal) ? X_OK : R_OK;
            return Outcome.Of(Libc.access(host.Path(path), mode));
        }

        if (row.Operation == "write() on O_RDONLY fd")
        {
            return Outcome.Of(Libc.write(Open(path, Libc.O_RDONLY), [(byte)'x'], 1));
        }

        return TryOpen(path, Flags(row.Operation));
    }

    private Outcome RunUnprivileged(ErrnoTableRow row)
    {
        host.Create(Uuid);
        string path = row.Target
            .Replace("<uuid via bus>", $"bus/mdev/devices/{Uuid}", StringComparison.Ordinal)
            .Replace("/sys/", "", StringComparison.Ordinal);
        path = path.StartsWith("mdev_supported_types", StringComparison.Ordinal) ? $"class/mdev_bus/mtty/{path}"
            : path.StartsWith("mtty-1", StringComparison.Ordinal) ? $"{MountedHost.MttyTypes}/{path}"
            : path;
        return Libc.AsUser1000(() => row.Operation switch
        {
            "mkdir as uid 1000" => Outcome.Of(Libc.mkdir(host.Path($"{path}new"), FileModes.Octal(755))),
            "chmod as uid 1000" => Outcome.Of(Libc.chmod(host.Path(path), FileModes.Octal(666))),
            _ when row.Operation.StartsWith("open(", StringComparison.Ordinal) => TryOpen(path, Flags(row.Operation)),
            _ => throw Unknown(row),
        });
    }

    private Outcome RunRead(ErrnoTableRow row)
    {
        int fd = Open($"{Mtty1}/available_instances", Libc.O_RDONLY);
        byte[] buffer = new byte[100];
        if (row.Operation.StartsWith("pread(100, offset ", StringComparison.Ordinal))
        {
            long offset = long.Parse(row.Operation[18..^1]);
            nint length = Libc.pread(fd, buffer, 100, offset);
            return Outcome.Of(length, length > 0 ? Escape(buffer, length) : "");
        }

        switch (row.Operation)
        {
            case "read 0 bytes":
                return Outcome.Of(Libc.read(fd, buffer, 0));
            case "read at EOF":
                Assert.Equal(3, Libc.read(fd, buffer, 100));
                return Outcome.Of(Libc.read(fd, buffer, 100));
            case "read at EOF after value changed 24->23":
                Assert.Equal(3, Libc.read(fd, buffer, 100));
                host.Create(Uuid);
                return Outcome.Of(Libc.read(fd, buffer, 100));
            case "lseek(0)+read after value change (same fd)":
                Assert.Equal(3, Libc.read(fd, buffer, 100));
                host.Create(Uuid);
                Assert.Equal(0, Libc.lseek(fd, 0, 0));
                nint again = Libc.read(fd, buffer, 100);
                return Outcome.Of(again, Escape(buffer, again));
            case "read 1 byte, value changes 24->23, read rest":
                Assert.Equal(1, Libc.read(fd, buffer, 1));
                string first = Escape(buffer, 1);
                host.Create(Uuid);
                nint rest = Libc.read(fd, buffer, 100);
                return Outcome.Of(rest, $"first \"{first}\" then \"{Escape(buffer, rest)}\" (content is snapshotted at first read)");
            default:
                throw Unknown(row);
        }
    }

    private static string Escape(byte[] buffer, nint length) =>
        Encoding.Latin1.GetString(buffer, 0, (int)length).Replace("\n", "\\n", StringComparison.Ordinal);

    private Outcome RunLseek(ErrnoTableRow row)
    {
        bool writeOnly = row.Target.StartsWith("mtty-1/create", StringComparison.Ordinal);
        int fd = Open(writeOnly ? $"{Mtty1}/create" : $"{Mtty1}/available_instances", writeOnly ? Libc.O_WRONLY : Libc.O_RDONLY);
        if (row.Operation == "read after lseek(100)")
        {
            Assert.Equal(100, Libc.lseek(fd, 100, 0));
            return Outcome.Of(Libc.read(fd, new byte[10], 10));
        }

        // The measured descriptor stood at 3 (write-only) or 100 (read-only) when the position was asked for.
        Libc.lseek(fd, writeOnly ? 3 : 100, 0);
        string[] arguments = row.Operation["lseek(".Length..^1].Split(',');
        int whence = arguments[1] switch
        {
            "SEEK_SET" => 0,
            "SEEK_CUR" => 1,
            "SEEK_END" => 2,
            "SEEK_DATA" => 3,
            "SEEK_HOLE" => 4,
            _ => throw Unknown(row),
        };
        return Outcome.Of(Libc.lseek(fd, long.Parse(arguments[0]), whence));
    }
}
