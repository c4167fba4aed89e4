using VfioMigration.Buses.Pci;
using VfioMigration.Sdk.Devices;
using VfioMigration.Sysfs;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.Mdpy;

/// <summary>A framebuffer of 32 bits per pixel; format and size are in a vendor specific capability, as in the kernel's sample.</summary>
internal sealed class MdpyDevice : DisplayDevice
{
    private const byte PCI_CAP_ID_VNDR = 0x09;
    private const uint DRM_FORMAT_XRGB8888 = 0x34325258;
    private const byte VendorCapabilityLength = 16;
    private static readonly PciIds Ids = new(0x1B36, 0x0005, 0x1AF4, 0x1100, 0x038000, 0);

    internal MdpyDevice(Device device, MdpyType type, MigrationPersonality personality)
        : base(device, Ids, type.Width * type.Height * sizeof(uint), 0, personality)
    {
        StateDescription = $"mdpy {type.Width}x{type.Height}";
        Span<byte> body = stackalloc byte[VendorCapabilityLength - 2];
        body.Clear();
        body[0] = VendorCapabilityLength;
        BitConverter.TryWriteBytes(body[2..], DRM_FORMAT_XRGB8888);
        BitConverter.TryWriteBytes(body[6..], (uint)type.Width);
        BitConverter.TryWriteBytes(body[10..], (uint)type.Height);
        Config.AddCapability(PCI_CAP_ID_VNDR, body, new byte[body.Length]);
    }

    public override string StateDescription { get; }
}
