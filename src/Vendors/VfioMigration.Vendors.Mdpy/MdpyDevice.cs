using System.Numerics;

using VfioMigration.Buses.Pci;
using VfioMigration.Sdk.Devices;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.Mdpy;

/// <summary>A framebuffer of 32 bits per pixel; format and size are in a vendor specific capability, as in the kernel's sample.</summary>
internal sealed class MdpyDevice : DisplayDevice
{
    private const byte PCI_CAP_ID_VNDR = 0x09;
    private const uint DRM_FORMAT_XRGB8888 = 0x34325258;
    private const byte VendorCapabilityLength = 16;
    private static readonly PciIds Ids = new(0x1B36, 0x000F, 0x1AF4, 0x1100, 0x038000, 1);

    private readonly MdpyType type;

    internal MdpyDevice(Device device, MdpyType type, MigrationPersonality personality)
        : base(device, Ids, BytesOf(type), 0, personality, SampleDisplay.Layout with { RegionOffsets = [Page.Size, 0, 0, 0, 0, 0, 0, 0, 0] })
    {
        this.type = type;
        KeepsStateOnClose = true;
        StateDescription = $"mdpy {type.Width}x{type.Height}";
        Span<byte> body = stackalloc byte[VendorCapabilityLength - 2];
        body.Clear();
        body[0] = VendorCapabilityLength;
        BitConverter.TryWriteBytes(body[2..], DRM_FORMAT_XRGB8888);
        BitConverter.TryWriteBytes(body[6..], (uint)type.Width);
        BitConverter.TryWriteBytes(body[10..], (uint)type.Height);
        Config.AddCapability(PCI_CAP_ID_VNDR, body, new byte[body.Length]);
        SampleDisplay.Prepare(Config, VideoMemory.Length);
        Fill();
    }

    public override string StateDescription { get; }

    public override Errno ResetState()
    {
        Fill();
        return Errno.None;
    }

    /// <summary>roundup_pow_of_two of the picture (mdpy_init_dev).</summary>
    private static int BytesOf(MdpyType type) => (int)BitOperations.RoundUpToPowerOf2((uint)(type.Width * type.Height * sizeof(uint)));

    /// <summary>A gray gradient from top to bottom (mdpy_reset); what is behind the picture stays as it is.</summary>
    private void Fill()
    {
        int stride = type.Width * sizeof(uint);
        byte[] line = new byte[stride];
        for (int row = 0; row < type.Height; row++)
        {
            line.AsSpan().Fill((byte)(row * 255 / type.Height));
            VideoMemory.Write(row * stride, line);
        }
    }
}
