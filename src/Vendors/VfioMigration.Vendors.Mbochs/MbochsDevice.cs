using VfioMigration.Buses.Pci;
using VfioMigration.Sdk.Devices;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.Mbochs;

/// <summary>Video memory in BAR 0, the registers of the Bochs display interface in BAR 2.</summary>
internal sealed class MbochsDevice : DisplayDevice
{
    private const int DisplayRegisters = 16;
    private static readonly PciIds Ids = new(0x1234, 0x1111, 0x1AF4, 0x1100, 0x038000, 1);

    internal MbochsDevice(Device device, MbochsType type, MigrationPersonality personality)
        : base(device, Ids, type.Megabytes << 20, DisplayRegisters, personality, SampleDisplay.Layout with { RegionOffsets = [3 * Page.Size, 0, Page.Size, 0, 0, 0, 0, 0, 0, 2 * Page.Size] })
    {
        KeepsStateOnClose = true;
        StateDescription = $"mbochs {type.Megabytes}MB";
        SampleDisplay.Prepare(Config, VideoMemory.Length);
    }

    protected override bool KeepsRegisters => true;

    public override string StateDescription { get; }
}
