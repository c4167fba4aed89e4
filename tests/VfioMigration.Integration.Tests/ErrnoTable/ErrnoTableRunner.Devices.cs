using System.Text;

using VfioMigration.Integration.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Integration.Tests.ErrnoTable;

internal sealed partial class ErrnoTableRunner
{
    private Outcome RunUevent(ErrnoTableRow row)
    {
        host.Create(Uuid);
        host.DrainUevents();
        host.DrainLog();
        string text = row.Operation["write \"".Length..^1];
        Outcome outcome = Store($"{Device}/uevent", RowPayload.Unescape(text), Libc.O_WRONLY);
        return outcome with { Detail = $"uevents: {UeventHeaders()}{KernelLog()}" };
    }

    private Outcome RunBind(ErrnoTableRow row)
    {
        host.Create(Uuid);
        bool unbound = row.Id > 311;
        if (unbound)
        {
            Assert.Equal(Errno.None, host.Write("bus/mdev/drivers/mtty/unbind", Uuid));
        }

        if (row.Operation.StartsWith("listing", StringComparison.Ordinal))
        {
            string[] names = [.. Directory.GetFileSystemEntries(host.Path(Device)).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)];
            return Outcome.Of(0, string.Join(' ', names));
        }

        host.DrainUevents();
        host.DrainLog();
        int start = row.Operation.IndexOf('"', StringComparison.Ordinal) + 1;
        string text = row.Operation[start..row.Operation.IndexOf('"', start)];
        Outcome outcome = Store(host.Path(row.Target)[(host.Root.Length + 1)..], RowPayload.Unescape(text), Libc.O_WRONLY);
        return outcome with
        {
            Detail = $"driver link={Python(LinkExists("driver"))}; iommu_group={Python(LinkExists("iommu_group"))}; uevents: {UeventHeaders()}{KernelLog()}",
        };
    }

    private bool LinkExists(string name) => new FileInfo(host.Path($"{Device}/{name}")).LinkTarget is not null;

    private static string Python(bool value) => value ? "True" : "False";

    private Outcome RunModule(ErrnoTableRow row)
    {
        string name = row.Target;
        if (name != "mtty")
        {
            Errno error = host.Host.UnloadModule(name).Error;
            return new Outcome(error == Errno.None ? 0 : -1, error);
        }

        host.DrainUevents();
        host.Create(Uuid);
        Errno unloaded = host.Host.UnloadModule(name).Error;
        return new Outcome(unloaded == Errno.None ? 0 : -1, unloaded, $"devices left={PythonList(DevicesOf("mtty"))}; uevents: {UeventHeaders()}");
    }

    private Outcome RunInotify(ErrnoTableRow row)
    {
        const uint EverythingButAttributes = 0xFFB; // IN_ALL_EVENTS without IN_ATTRIB
        bool create = row.Target.StartsWith("P,", StringComparison.Ordinal);
        (string Label, string Path)[] watched = create
            ?
            [
                ("P", "devices/virtual/mtty/mtty"), ("T/mtty-1", Mtty1), ("T/mtty-1/devices", $"{Mtty1}/devices"), ("B", "bus/mdev/devices"),
                ("T/mtty-1/create", $"{Mtty1}/create"), ("T/mtty-1/available_instances", $"{Mtty1}/available_instances"),
            ]
            : [("P/" + Uuid, Device), ($"P/{Uuid}/uevent", $"{Device}/uevent")];
        if (!create)
        {
            host.Create(Uuid);
        }

        int inotify = Libc.inotify_init1(Libc.O_NONBLOCK);
        var labels = watched.ToDictionary(pair => Libc.inotify_add_watch(inotify, host.Path(pair.Path), EverythingButAttributes), pair => pair.Label);
        Outcome outcome = create
            ? Store($"{Mtty1}/create", Encoding.ASCII.GetBytes(Uuid + "\n"), Libc.O_WRONLY)
            : ReadOnce($"{Device}/uevent");
        string events = string.Join(" ; ", ReadInotify(inotify, labels));
        _ = Libc.close(inotify);
        return outcome with { Detail = events };
    }

    private Outcome ReadOnce(string path)
    {
        int fd = Open(path, Libc.O_RDONLY);
        Assert.True(Libc.read(fd, new byte[100], 100) > 0);
        return Outcome.Of(Libc.close(fd));
    }

    private static IEnumerable<string> ReadInotify(int inotify, Dictionary<int, string> labels)
    {
        byte[] buffer = new byte[8192];
        nint length = Libc.read(inotify, buffer, buffer.Length);
        for (int at = 0; at < length;)
        {
            string label = labels[BitConverter.ToInt32(buffer, at)];
            uint mask = BitConverter.ToUInt32(buffer, at + 4);
            int nameLength = BitConverter.ToInt32(buffer, at + 12);
            string name = Encoding.UTF8.GetString(buffer, at + 16, nameLength).TrimEnd('\0');
            at += 16 + nameLength;
            yield return $"{(name.Length == 0 ? label : $"{label}/{name}")}:{MaskName(mask)}";
        }
    }

    private static string MaskName(uint mask) => (mask & 0xFFF) switch
    {
        1 => "ACCESS",
        2 => "MODIFY",
        8 => "CLOSE_WRITE",
        16 => "CLOSE_NOWRITE",
        32 => "OPEN",
        256 => "CREATE",
        512 => "DELETE",
        1024 => "DELETE_SELF",
        uint other => $"{other:x}",
    };
}
