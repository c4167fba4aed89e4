using VfioMigration.Vfio;
using VfioMigration.Vfio.Dma;

namespace VfioMigration.DevVfio.Iommufd;

/// <summary>A device that is bound: a function with its hardware (IOMMUFD_OBJ_DEVICE), or a mediated device that reaches memory through its driver (IOMMUFD_OBJ_ACCESS).</summary>
internal sealed class IommufdDevice(VfioDeviceFile opened) : IommufdObject
{
    private readonly DmaMap detached = new();

    internal VfioDevice Device => opened.Device;

    /// <summary>True for a function.</summary>
    internal bool IsFunction => opened.Device.GroupKind == VfioGroupKind.Iommu;

    /// <summary>What it is attached to; null for nothing.</summary>
    internal IommufdObject? AttachedTo { get; private set; }

    /// <summary>Attaches it, or with null detaches it. The object it was attached to is returned.</summary>
    internal IommufdObject? Attach(IommufdObject? target)
    {
        IommufdObject? before = AttachedTo;
        IoasOf(before)?.Attach(IsFunction, -1);
        if (before is IommufdHwpt left)
        {
            left.Users--;
        }

        AttachedTo = target;
        IoasOf(target)?.Attach(IsFunction, 1);
        if (target is IommufdHwpt entered)
        {
            entered.Users++;
        }

        opened.SetAddressSpace(IoasOf(target)?.Map ?? detached);
        return before;
    }

    private static IommufdIoas? IoasOf(IommufdObject? target) => target switch
    {
        IommufdHwpt hwpt => hwpt.Ioas,
        IommufdIoas ioas => ioas,
        _ => null,
    };
}
