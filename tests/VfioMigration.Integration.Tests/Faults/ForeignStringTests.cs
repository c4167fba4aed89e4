using System.Text;

using VfioMigration.Buses.Css;
using VfioMigration.Buses.Pci;
using VfioMigration.Integration.Tests.Support;
using VfioMigration.Lab.Configuration;
using VfioMigration.Uapi;

namespace VfioMigration.Integration.Tests.Faults;

/// <summary>Feeding any string into any vendor's attribute: an errno, a log line, nothing lost, the tree still serves (R20).</summary>
public sealed class ForeignStringTests : IDisposable
{
    private static readonly Dictionary<string, string> On = new() { ["migration_version"] = "true" };

    private static readonly Dictionary<string, string> Bound = new() { ["ids"] = "8086:154c,8086:1889,1b36:0010,8086:4941,19e5:a251" };

    private readonly MountedHost host = new(new HostOptions(
        "all",
        [
            (new PciAddress(0, 0, 2, 0), new PciIds(0x8086, 0x591D, 0, 0, 0x030000, 0)),
            (new PciAddress(0, 0, 3, 0), new PciIds(0x8086, 0x193B, 0, 0, 0x030000, 0)),
            (new PciAddress(0, 6, 16, 0), new PciIds(0x8086, 0x154C, 0, 0, 0x020000, 0)),
            (new PciAddress(0, 6, 16, 1), new PciIds(0x8086, 0x1889, 0, 0, 0x020000, 0)),
            (new PciAddress(0, 7, 0, 0), new PciIds(0x1B36, 0x0010, 0, 0, 0x010802, 0)),
            (new PciAddress(0, 8, 0, 0), new PciIds(0x8086, 0x4941, 0, 0, 0x0B4000, 0)),
            (new PciAddress(0, 0x6A, 1, 0), new PciIds(0x8086, 0x0B25, 0, 0, 0x088000, 0)),
            (new PciAddress(0, 9, 0, 0), new PciIds(0x19E5, 0xA251, 0, 0, 0x120000, 0)),
            (new PciAddress(0, 0x41, 0, 0), new PciIds(0x10DE, 0x2236, 0, 0, 0x030200, 0)),
        ],
        [("0.0.0313", new SubchannelDescription(0, 0x30, 0x1A, 0xF0))],
        [
            .. new[] { "mtty", "mdpy", "mbochs", "i915", "vfio_ccw", "vfio_ap", "nvidia", "i40evf", "nvme", "qat", "hisi_acc_vfio_pci", "idxd" }
                .Select(name => new DriverOptions(name, On, true, name)),
            new DriverOptions("vfio_pci", Bound, true, "vfio_pci"),
        ]));

    public void Dispose() => host.Dispose();

    [Fact]
    public void EveryVendorsString_IsAcceptedOrRefusedByEveryOther_WithAnErrnoAndALine()
    {
        string[] nodes = Nodes();
        Assert.Equal(33, nodes.Length);
        foreach (string source in nodes)
        {
            string version = host.Read(source);
            foreach (string target in nodes)
            {
                ExpectVerdict(target, version);
            }

            Assert.Equal(version, host.Read(source));
        }
    }

    [Theory]
    [InlineData("noise", 100)]
    [InlineData("noise", 4096)]
    [InlineData("noise", 5000)]
    [InlineData("nul", 1)]
    [InlineData("nul", 4096)]
    [InlineData("letters", 4096)]
    [InlineData("letters", 5000)]
    [InlineData("newline", 1)]
    public void Noise_IsRefusedByEveryVendor(string kind, int length)
    {
        byte[] bytes = new byte[length];
        switch (kind)
        {
            case "noise":
                new Random(length).NextBytes(bytes);
                break;
            case "letters":
                Array.Fill(bytes, (byte)'a');
                break;
            case "newline":
                Array.Fill(bytes, (byte)'\n');
                break;
        }

        foreach (string node in Nodes())
        {
            host.DrainLog();
            int fd = Libc.open(host.Path(node), Libc.O_WRONLY, 0);
            Assert.Equal(-1, Libc.write(fd, bytes, bytes.Length));
            Assert.Equal(Errno.EINVAL, Libc.LastError);
            _ = Libc.close(fd);
            string line = Assert.Single(host.DrainLog());
            Assert.Contains("refused with EINVAL", line, StringComparison.Ordinal);
            Assert.All(line, c => Assert.InRange(c, ' ', '~'));
        }
    }

    [Fact]
    public void EmptyWrite_ChangesNothing() => Assert.All(Nodes(), node => Assert.Equal(Errno.None, host.Write(node, "")));

    [Fact]
    public void FullParent_IsAsCompatibleAsAnEmptyOne()
    {
        string type = "class/mdev_bus/0000:00:02.0/mdev_supported_types/i915-GVTg_V5_1";
        string version = host.Read($"{type}/migration_version");
        Assert.Equal(Errno.None, host.Write($"{type}/create", MountedHost.Uuid));
        Assert.Equal("0\n", host.Read($"{type}/available_instances"));
        Assert.Equal(Errno.None, host.Write($"{type}/migration_version", version));
    }

    private void ExpectVerdict(string target, string version)
    {
        host.DrainLog();
        Errno error = host.Write(target, version);
        List<string> lines = host.DrainLog();
        if (error == Errno.None)
        {
            Assert.Empty(lines);
            return;
        }

        string line = Assert.Single(lines);
        Assert.Contains($"refused with {error}", line, StringComparison.Ordinal);
        Assert.Contains($"local \"{host.Read(target).Trim()}\", remote \"{version.Trim()}\"", line, StringComparison.Ordinal);
    }

    /// <summary>All type nodes and the physical functions.</summary>
    private string[] Nodes() =>
    [
        .. Directory.GetDirectories(host.Path("class/mdev_bus"))
            .SelectMany(parent => Directory.GetDirectories($"{parent}/mdev_supported_types"))
            .Select(type => $"{type[(host.Root.Length + 1)..]}/migration_version")
            .Concat(Directory.GetDirectories(host.Path("bus/pci/devices")).Select(function => $"{function[(host.Root.Length + 1)..]}/migration_version"))
            .Where(node => File.Exists(host.Path(node))),
    ];
}
