using System.Text.RegularExpressions;

using VfioMigration.Integration.Tests.Support;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Integration.Tests.Uevents;

/// <summary>Payloads and order of the uevents of every measured step.</summary>
public sealed partial class UeventGoldenTests
{
    private const string A0 = "000000a0-1111-4222-8333-444455556666";
    private const string A1 = "000000a1-1111-4222-8333-444455556666";
    private const string A5 = "000000a5-1111-4222-8333-444455556666";
    private const string Uuid = MountedHost.Uuid;

    private static readonly string[] Uuids = ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"];

    /// <summary>All but the two of a device that is open meanwhile, which <see cref="RemoveWhileOpenTests"/> replays.</summary>
    public static TheoryData<int> Sections() =>
        [.. UeventSection.ReadAll().Index().Where(section => !section.Item.Label.StartsWith(RemoveWhileOpenTests.Label, StringComparison.Ordinal)).Select(section => section.Index)];

    [Theory]
    [MemberData(nameof(Sections))]
    public void MeasuredStep_SendsTheMeasuredUevents(int index)
    {
        UeventSection section = UeventSection.ReadAll()[index];
        using var host = MountedHost.WithSamples("mtty", "mdpy", "mbochs");
        Action step = Prepare(host, section.Label);
        host.DrainUevents();
        step();
        List<Uevent> sent = host.DrainUevents();
        Assert.Equal(section.Uevents, sent.Select(Describe));
        Assert.Equal(Enumerable.Range(0, sent.Count).Select(i => sent[0].SeqNum + i), sent.Select(uevent => uevent.SeqNum));
    }

    internal static string Describe(Uevent uevent) => string.Concat(uevent.Variables.Prepend(uevent.Header).Select(field => field + "\n"));

    /// <summary>Brings the host into the state before the step and returns the step.</summary>
    private static Action Prepare(MountedHost host, string label)
    {
        if (label.StartsWith("insmod ", StringComparison.Ordinal))
        {
            return PrepareLoad(host, label.Split(' ')[1].Replace(".ko", "", StringComparison.Ordinal));
        }

        if (WriteTo().Match(label) is { Success: true } write)
        {
            return PrepareWrite(host, label, write.Groups[1].Value, write.Groups[2].Value);
        }

        if (label.StartsWith("create attempt: ", StringComparison.Ordinal))
        {
            return PrepareCreate(host, label);
        }

        if (label.StartsWith("remove attempt: ", StringComparison.Ordinal))
        {
            host.Create(Uuid);
            return label.Contains("-> ret=-1", StringComparison.Ordinal) || RemovesNothing().IsMatch(label)
                ? () => host.Write($"bus/mdev/devices/{Uuid}/remove", label.Contains("ret=-1", StringComparison.Ordinal) ? "x" : "0")
                : () => host.Remove(Uuid);
        }

        return PrepareStory(host, label);
    }

    private static Action PrepareLoad(MountedHost host, string module)
    {
        string[] loaded = ["mbochs", "mdpy", "mtty", "mdev", "vfio_iommu_type1", "vfio"];
        int at = module == "mtty" ? 2 : module == "mdpy" ? 1 : Array.IndexOf(loaded, module);
        foreach (string name in loaded.Take(at + 1))
        {
            Assert.Equal(Errno.None, host.Host.UnloadModule(name).Error);
        }

        return () => Assert.Equal(Errno.None, host.Host.LoadModule(module).Error);
    }

    private static Action PrepareWrite(MountedHost host, string label, string text, string target)
    {
        host.Create(Uuid);
        bool success = label.EndsWith(" -", StringComparison.Ordinal);
        if (success == false && target.EndsWith("unbind", StringComparison.Ordinal) && text.StartsWith(Uuid, StringComparison.Ordinal))
        {
            Assert.Equal(Errno.None, host.Write("bus/mdev/drivers/mtty/unbind", Uuid));
        }

        string path = target.Replace("<uuid>", $"bus/mdev/devices/{Uuid}", StringComparison.Ordinal).Replace("/sys/", "", StringComparison.Ordinal);
        string data = text.Replace("\\n", "\n", StringComparison.Ordinal);
        return () => Assert.Equal(success, data.Length == 0 || host.Write(path, data) == Errno.None);
    }

    private static Action PrepareCreate(MountedHost host, string label)
    {
        if (label.Contains("-> ret=3", StringComparison.Ordinal))
        {
            if (label.Contains("one port is free", StringComparison.Ordinal))
            {
                Fill(host, "mtty-1", 24);
                host.Remove(Filler(0));
            }

            string wanted = label.Contains("all-zero", StringComparison.Ordinal) ? Uuids[0]
                : label.Contains("all-ff", StringComparison.Ordinal) ? Uuids[1]
                : Uuid;
            return () => host.Create(wanted);
        }

        string type = "mtty-1";
        if (label.Contains("ENOSPC", StringComparison.Ordinal) || label.Contains("EUSERS", StringComparison.Ordinal))
        {
            type = SampleType().Match(label).Value;
            Fill(host, type.StartsWith("mtty", StringComparison.Ordinal) ? "mtty-1" : type, type.StartsWith("mtty", StringComparison.Ordinal) ? 24 : 4);
        }
        else if (label.Contains("EEXIST", StringComparison.Ordinal))
        {
            host.Create(Uuid);
        }

        if (label.Contains("EACCES", StringComparison.Ordinal) || label.Contains("EBADF", StringComparison.Ordinal))
        {
            return () => Assert.Equal(-1, Libc.open(host.Path("class/mdev_bus/mtty/mdev_supported_types/mtty-1/create"), Libc.O_RDWR, 0));
        }

        string uuid = label.Contains("EINVAL", StringComparison.Ordinal) ? "invalid" : label.Contains("ret=0", StringComparison.Ordinal) ? "" : Uuid;
        return () => host.Write($"class/mdev_bus/{type[..type.IndexOf('-')]}/mdev_supported_types/{type}/create", uuid);
    }

    private static Action PrepareStory(MountedHost host, string label)
    {
        switch (label)
        {
            case $"create {A0} on mtty-1 (success)" or $"re-create same uuid {A0} on mtty-1":
                return () => host.Create(A0);
            case $"create {A1} on mtty-2 (success)":
                host.Create(A0);
                return () => host.Create(A1, "mtty-2");
            case $"remove {A0} (write 1)":
                host.Create(A0);
                host.Create(A1, "mtty-2");
                return () => host.Remove(A0);
            case $"remove {A1} (write 1)":
                host.Create(A0);
                host.Create(A1, "mtty-2");
                host.Remove(A0);
                return () => host.Remove(A1);
            case "rmmod mtty with one live unopened mdev: ret=0 errno=-":
                host.Create(A0);
                return () => host.Host.UnloadModule("mtty");
            case $"create {Uuid} on mdpy-vga":
                return () => host.Create(Uuid, "mdpy-vga");
            case "create on mbochs-small":
                host.Create(Uuid, "mdpy-vga");
                return () => host.Create(A5, "mbochs-small");
            case "remove an unbound mdev -> 1 -":
                host.Create(Uuid);
                Assert.Equal(Errno.None, host.Write("bus/mdev/drivers/mtty/unbind", Uuid));
                return () => host.Remove(Uuid);
            case $"rmmod mtty with device {Uuid}":
                return () =>
                {
                    host.Create(Uuid);
                    host.Host.UnloadModule("mtty");
                };
            case "rmmod mdpy" or "rmmod mbochs":
                return () => host.Host.UnloadModule(label[6..]);
            default:
                throw new InvalidOperationException($"no step for '{label}'");
        }
    }

    private static void Fill(MountedHost host, string type, int count)
    {
        for (int i = 0; i < count; i++)
        {
            host.Create(Filler(i), type);
        }
    }

    private static string Filler(int i) => $"000000{i:x2}-1111-4222-8333-444455556666";

    [GeneratedRegex("^write \"(.*)\" to (\\S+) -> ")]
    private static partial Regex WriteTo();

    [GeneratedRegex("(mtty|mdpy|mbochs)-[a-z0-9]+")]
    private static partial Regex SampleType();

    [GeneratedRegex("attempt: (\"\\+?0+\\\\?n?\"|\"0x0\"|\"0\" |empty|4096 bytes \"0\"|5000 bytes \"0\"|4096 x \"0\")")]
    private static partial Regex RemovesNothing();
}
