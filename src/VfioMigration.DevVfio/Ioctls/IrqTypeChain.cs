using VfioMigration.Uapi;
using VfioMigration.Vfio.Irqs;

namespace VfioMigration.DevVfio.Ioctls;

/// <summary>The type of a device specific interrupt, as a capability behind <c>struct vfio_irq_info</c> with a cap_offset at its end (proposed 2020, not merged, R50).</summary>
internal static class IrqTypeChain
{
    private const ushort VFIO_IRQ_INFO_CAP_TYPE = 3;

    /// <summary>Bytes of the structure of the proposal: cap_offset and a padding behind the four fields that were merged.</summary>
    private const int StructureSize = 24;
    private const int CapOffset = 16;

    /// <summary>A caller that knows only the merged structure gets only that. EFAULT.</summary>
    internal static Errno CopyOut(in VfioIoctlCall call, IrqTypeCapability type, ref uint argsz)
    {
        if (argsz < CapOffset + sizeof(uint))
        {
            return Errno.None;
        }

        var capabilities = new InfoCapabilities();
        capabilities.Add(VFIO_IRQ_INFO_CAP_TYPE, (type.Type, type.Subtype));
        uint offset = 0;
        Errno error = capabilities.CopyOut(call, StructureSize, ref argsz, ref offset);
        return error == Errno.None ? call.Put(CapOffset, offset) : error;
    }
}
