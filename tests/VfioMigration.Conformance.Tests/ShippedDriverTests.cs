using VfioMigration.Buses.Css;
using VfioMigration.Buses.Pci;
using VfioMigration.Lab.Drivers;
using VfioMigration.Sdk;

namespace VfioMigration.Conformance.Tests;

/// <summary>Every driver that comes with the program.</summary>
public sealed class ShippedDriverTests
{
    private static readonly Dictionary<string, string> Served = new() { ["migration_version"] = "true" };

    private static readonly (PciAddress, PciIds)[] Graphics =
    [
        (new PciAddress(0, 0, 2, 0), new PciIds(0x8086, 0x591D, 0x8086, 0x2212, 0x030000, 4)),
        (new PciAddress(0, 0, 3, 0), new PciIds(0x8086, 0x193B, 0x8086, 0x2064, 0x030000, 9)),
    ];

    private static Dictionary<string, DriverUnderTest> Drivers { get; } = new()
    {
        ["mtty"] = Shipped("mtty") with { Options = Served },
        ["mdpy"] = Shipped("mdpy") with { Options = Served },
        ["mbochs"] = Shipped("mbochs") with { Options = Served },
        ["i915 strict"] = Shipped("i915") with { Pci = Graphics },
        ["i915 relaxed"] = Shipped("i915") with
        {
            Pci = Graphics,
            Options = new Dictionary<string, string> { ["policy"] = "relaxed", ["aggregation"] = "true", ["software_version"] = "3" },
            Configurations = [("mdev/aggregated_instances", "2")],
        },
        ["vfio_ccw"] = Shipped("vfio_ccw") with { Subchannels = [("0.0.0313", new SubchannelDescription(0, 0x30, 0x1A, 0xF0))] },
        ["idxd"] = Shipped("idxd") with { Pci = [Function(0x8086, 0x0B25, 0x088000)], Configurations = [("mdev/aggregated_instances", "30")] },
        ["vfio_ap"] = Shipped("vfio_ap") with { Configurations = [("assign_adapter", "5"), ("assign_domain", "4")] },
        ["nvidia mdev"] = Shipped("nvidia") with { Pci = [Function(0x10DE, 0x2236, 0x030200)] },
        ["wrapper_mdev"] = Shipped("wrapper_mdev") with { Pci = [Function(0x8086, 0x154C, 0x020000)] },
        ["i40evf"] = OfAVendor("i40evf", 0x8086, 0x154C, 0x020000),
        ["nvme"] = OfAVendor("nvme", 0x1B36, 0x0010, 0x010802) with { Configurations = [("remote_url", "nvme://store/2")] },
        ["qat"] = OfAVendor("qat", 0x8086, 0x4941, 0x0B4000) with { Configurations = [("algorithms", "aes-cbc")] },
        ["hisi_acc_vfio_pci"] = OfAVendor("hisi_acc_vfio_pci", 0x19E5, 0xA251, 0x120000),
        ["vfio_pci"] = Shipped("vfio_pci") with { Pci = [(new PciAddress(0, 6, 16, 0), new PciIds(0x8086, 0x154C, 0x8086, 0, 0x020000, 1))] },
    };

    public static TheoryData<string, string> All
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (string driver in Drivers.Keys)
            {
                foreach (string check in ConformanceKit.Checks)
                {
                    all.Add(driver, check);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Driver_PassesTheCheck(string driver, string check) => Assert.Empty(ConformanceKit.Run(Drivers[driver], check));

    /// <summary>Operations for a function that vfio_pci binds.</summary>
    private static DriverUnderTest OfAVendor(string name, ushort vendor, ushort device, uint @class) => Shipped(name) with
    {
        Pci = [Function(vendor, device, @class)],
        LoadAfter = [("vfio_pci", new Dictionary<string, string> { ["ids"] = $"{vendor:x4}:{device:x4}" })],
    };

    private static (PciAddress, PciIds) Function(ushort vendor, ushort device, uint @class) =>
        (new PciAddress(0, 7, 0, 0), new PciIds(vendor, device, 0, 0, @class, 0));

    private static DriverUnderTest Shipped(string name) => new(name, context =>
    {
        var problems = new List<string>();
        VendorModule? module = new DriverCatalogue(null, problems).Create(name, context, out string? problem)?.Module;
        return module ?? throw new InvalidOperationException(problem);
    });
}
