using System.Text;
using VfioMigration.Buses.Css;
using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility;
using VfioMigration.Lab;
using VfioMigration.Lab.Configuration;
using VfioMigration.Lab.Drivers;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Vendors.Tests;

/// <summary>A host with the hardware of the default lab and one driver, loaded from the drivers folder beside the tests.</summary>
internal sealed class VendorHost
{
    internal const string Uuid = "000000a0-1111-4222-8333-444455556666";
    internal const string Graphics = "devices/pci0000:00/0000:00:02.0";
    internal const string OtherGraphics = "devices/pci0000:00/0000:00:03.0";
    internal const string Network = "devices/pci0000:06/0000:06:10.0";
    internal const string Storage = "devices/pci0000:07/0000:07:00.0";
    internal const string Streaming = "devices/pci0000:6a/0000:6a:01.0";
    internal const string Crypto = "devices/pci0000:6b/0000:6b:00.1";
    internal const string Accelerator = "devices/pci0000:76/0000:76:00.1";
    internal const string Gpu = "devices/pci0000:41/0000:41:00.0";
    internal const string GpuFunction = "devices/pci0000:41/0000:41:00.4";
    internal const string Subchannel = "devices/css0/0.0.0313";

    private VendorHost(params IReadOnlyList<DriverOptions> drivers)
        : this(null, drivers)
    {
    }

    private VendorHost(KernelOptions? kernel, IReadOnlyList<DriverOptions> drivers)
    {
        var problems = new List<string>();
        var catalogue = new DriverCatalogue(null, problems);
        Host = new Host(
            new HostOptions(
                "host",
                [
                    (new PciAddress(0, 0, 2, 0), new PciIds(0x8086, 0x591D, 0x8086, 0x2212, 0x030000, 4)),
                    (new PciAddress(0, 0, 3, 0), new PciIds(0x8086, 0x193B, 0x8086, 0x2064, 0x030000, 9)),
                    (new PciAddress(0, 6, 16, 0), new PciIds(0x8086, 0x154C, 0x8086, 0, 0x020000, 1)),
                    (new PciAddress(0, 7, 0, 0), new PciIds(0x1B36, 0x0010, 0x1AF4, 0x1100, 0x010802, 2)),
                    (new PciAddress(0, 0x41, 0, 0), new PciIds(0x10DE, 0x2236, 0x10DE, 0x1482, 0x030200, 0xA1)),
                    (new PciAddress(0, 0x41, 0, 4), new PciIds(0x10DE, 0x2236, 0x10DE, 0, 0x030200, 0xA1)),
                    (new PciAddress(0, 0x6A, 1, 0), new PciIds(0x8086, 0x0B25, 0x8086, 0, 0x088000, 0)),
                    (new PciAddress(0, 0x6B, 0, 1), new PciIds(0x8086, 0x4941, 0x8086, 0, 0x0B4000, 0x40)),
                    (new PciAddress(0, 0x76, 0, 1), new PciIds(0x19E5, 0xA251, 0x19E5, 0xA251, 0x120000, 0x30)),
                ],
                [
                    ("0.0.0313", new SubchannelDescription(0, 0x30, 0x1A, 0xF0)),
                    ("0.0.0314", new SubchannelDescription(0, 0x31, 0x1B, 0x80)),
                ],
                drivers,
                Kernel: kernel),
            catalogue,
            TimeProvider.System);
        problems.AddRange(Host.Boot());
        Assert.Empty(problems);

        // A test may hang with its driver: a hand-over to a worker for every register and every byte of a stream would take most of the time.
        _ = Host.Core.Tree.Root.VendorCalls.AllowAbandonment(static () => { });
        Module = (VendorModule)Host.Modules.Find(drivers[0].Name)!.Code;
    }

    internal Host Host { get; }

    internal VendorModule Module { get; }

    internal SysfsTree Tree => Host.Core.Tree;

    internal static VendorHost Load(string driver, params (string Name, string Value)[] options) => new(Driver(driver, options));

    internal static VendorHost LoadOn(KernelOptions kernel, string driver, params (string Name, string Value)[] options) => new(kernel, [Driver(driver, options)]);

    /// <summary>The operations of a vendor, then vfio_pci, which binds all functions that a vendor may have operations for.</summary>
    internal static VendorHost LoadFunctions(string vendor, params (string Name, string Value)[] options) =>
        new(Driver(vendor, options), Driver("vfio_pci", ("ids", "8086:154c,1b36:0010,8086:4941,19e5:a251")));

    /// <summary>The operations of i40evf, and the driver that wraps its function into a mediated device.</summary>
    internal static VendorHost LoadWrapper((string Name, string Value)[] operations, params (string Name, string Value)[] options) =>
        new(Driver("wrapper_mdev", options), Driver("i40evf", operations));

    /// <summary>The driver, and what it needs to have devices with something to say.</summary>
    internal static VendorHost LoadUsable(string driver, params (string Name, string Value)[] options) => driver switch
    {
        "i40evf" or "nvme" or "qat" or "hisi_acc_vfio_pci" => LoadFunctions(driver, options),
        "wrapper_mdev" => LoadWrapper([], options),
        _ => Load(driver, options),
    };

    internal Result<int> Create(string parent, string type, string uuid = Uuid) =>
        Tree.Echo(uuid, $"{parent}/mdev_supported_types/{type}/create");

    internal string CatType(string parent, string type, string file) =>
        Tree.Cat($"{parent}/mdev_supported_types/{type}/{file}").Value;

    /// <summary>available_instances of every type, sorted by the types' names.</summary>
    internal string Available(string parent) =>
        string.Join(',', Types(parent).Select(type => CatType(parent, type, "available_instances").TrimEnd('\n')));

    internal string[] Types(string parent) => [.. Tree.List($"{parent}/mdev_supported_types").Order(StringComparer.Ordinal)];

    internal static string NumberedUuid(int number) => $"{number:x8}-1111-4222-8333-444455556666";

    /// <summary>Who answers for the first type whose name ends so.</summary>
    internal IMigrationCompatibility TypeCompatibility(string suffix) =>
        Module.CompatibilityOf(Host.Mdev.Parents
            .OrderBy(parent => parent.Device.Name, StringComparer.Ordinal)
            .SelectMany(parent => parent.Types)
            .First(type => type.Name.EndsWith(suffix, StringComparison.Ordinal)))!;

    internal IMigrationCompatibility PciCompatibility() =>
        Host.Pci.Devices.OfType<PciDevice>().Where(device => device.IsBound).Select(Module.CompatibilityOf).OfType<IMigrationCompatibility>().Single();

    /// <summary>The device on a mediated device or on a function, by its name.</summary>
    internal VfioDevice Device(string name = Uuid) => Host.Vfio.Find(name)!;

    internal static Verdict Judge(IMigrationCompatibility target, string remote) => target.Judge(Encoding.Latin1.GetBytes(remote));

    private static DriverOptions Driver(string name, params (string Name, string Value)[] options) =>
        new(name, options.ToDictionary(option => option.Name, option => option.Value), true, $"drivers:{name}");
}
