using VfioMigration.Buses.Pci;
using VfioMigration.Sdk.Devices;
using VfioMigration.Sysfs;

namespace VfioMigration.Vendors.Nvidia;

/// <summary>A vGPU. It looks the same on every card of the table, or a guest would notice where it is.</summary>
internal sealed class NvidiaDevice(Device node, NvidiaType type, NvidiaOptions options)
    : DisplayDevice(node, new PciIds(0x10DE, 0x2236, 0x10DE, (ushort)type.Id, 0x030000, 0xA1), type.MemoryBytes, MmioRegisters, options.Migration)
{
    private const int MmioRegisters = 64;

    public override string StateDescription => $"nvidia {Type.Profile}";

    public override (ushort Major, ushort Minor) StateVersion => ((ushort)options.SoftwareVersion.Major, (ushort)options.SoftwareVersion.Minor);

    internal NvidiaType Type { get; } = type;
}
