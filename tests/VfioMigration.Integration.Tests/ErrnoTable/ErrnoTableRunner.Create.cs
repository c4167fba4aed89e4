using System.Text;

using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.ErrnoTable;

internal sealed partial class ErrnoTableRunner
{
    private Outcome RunCreate(ErrnoTableRow row)
    {
        if (row.Operation.Contains("duplicate", StringComparison.Ordinal))
        {
            host.Create(Uuid, row.Operation.Contains("lives on parent mdpy", StringComparison.Ordinal) ? "mdpy-vga" : "mtty-1");
        }

        return CreateAndObserve(row);
    }

    private Outcome RunExhaust(ErrnoTableRow row)
    {
        string type = row.Target.Split('/')[0];
        int fill = type.StartsWith("mtty", StringComparison.Ordinal) ? 24 : 4;
        for (int i = 0; i < fill; i++)
        {
            host.Create(Filler(i), type.StartsWith("mtty", StringComparison.Ordinal) ? "mtty-1" : type);
        }

        if (row.Operation.Contains("one port is free", StringComparison.Ordinal))
        {
            host.Remove(Filler(0));
        }

        return CreateAndObserve(row);
    }

    private static string Filler(int i) => $"000000{i:x2}-1111-4222-8333-444455556666";

    private Outcome CreateAndObserve(ErrnoTableRow row)
    {
        string type = row.Target.Split('/')[0];
        string module = type[..type.IndexOf('-')];
        string before = Available(module);
        string[] devices = DevicesOf(module);
        host.DrainUevents();
        host.DrainLog();
        Outcome outcome = Store($"devices/virtual/{module}/{module}/mdev_supported_types/{row.Target}", RowPayload.Of(row), CreateFlags(row));
        string[] added = [.. DevicesOf(module).Except(devices)];
        string appeared = added.Length == 0 ? "none" : PythonList(added);
        return outcome with { Detail = $"new={appeared}; avail {before} -> {Available(module)}; uevents: {UeventHeaders()}{KernelLog()}" };
    }

    private static int CreateFlags(ErrnoTableRow row)
    {
        string named = row.Operation[..row.Operation.IndexOf('[')];
        return named.Contains("O_", StringComparison.Ordinal) ? Flags(named) : Libc.O_WRONLY;
    }

    private string Available(string module) => string.Join(',', Directory
        .GetDirectories(host.Path($"devices/virtual/{module}/{module}/mdev_supported_types"))
        .Order(StringComparer.Ordinal)
        .Select(type => $"{Path.GetFileName(type)}={File.ReadAllText($"{type}/available_instances").Trim()}"));

    private Outcome RunOffset(ErrnoTableRow row)
    {
        byte[] uuid = Encoding.ASCII.GetBytes(Uuid + "\n");
        int fd = Open($"{Mtty1}/create", Libc.O_WRONLY);
        switch (row.Operation)
        {
            case "pwrite(uuid, offset 2^40)":
                return Outcome.Of(Libc.pwrite(fd, uuid, uuid.Length, 1L << 40)) with { Detail = Devices() };
            case "pwrite(uuid, offset -1)":
                return Outcome.Of(Libc.pwrite(fd, uuid, uuid.Length, -1)) with { Detail = Devices() };
            case "two-part write on one fd: remaining 26 bytes":
                Assert.Equal(-1, Libc.write(fd, uuid, 10));
                return Outcome.Of(Libc.write(fd, uuid[10..36], 26)) with { Detail = $"{Devices()} lseek_cur=({Libc.lseek(fd, 0, 1)}, 0)" };
            case "then a whole uuid on the same fd":
                return Outcome.Of(Libc.write(fd, uuid, 36)) with { Detail = $"{Devices()} lseek_cur=({Libc.lseek(fd, 0, 1)}, 0)" };
            case "third write, same uuid again, same fd":
                Assert.Equal(36, Libc.write(fd, uuid, 36));
                Assert.Equal(37, Libc.write(fd, Encoding.ASCII.GetBytes("000000a6-1111-4222-8333-444455556666\n"), 37));
                Outcome third = Outcome.Of(Libc.write(fd, uuid, 36));
                return third with { Detail = $"{Devices()} lseek_cur=({Libc.lseek(fd, 0, 1)}, 0)" };
            case "writev of one uuid split in two iovecs (20+17)":
                host.Create(Uuid);
                host.Create("000000a6-1111-4222-8333-444455556666");
                return WriteVector(fd);
            default:
                throw Unknown(row);
        }
    }

    private string Devices() => $"devices={PythonList(DevicesOf("mtty"))}";

    private Outcome WriteVector(int fd)
    {
        nint text = System.Runtime.InteropServices.Marshal.StringToCoTaskMemUTF8("000000a7-1111-4222-8333-444455556666\n");
        Outcome outcome = Outcome.Of(Libc.writev(fd, [text, 20, text + 20, 17], 2));
        System.Runtime.InteropServices.Marshal.FreeCoTaskMem(text);
        return outcome with { Detail = Devices() };
    }
}
