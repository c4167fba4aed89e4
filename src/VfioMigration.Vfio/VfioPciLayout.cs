using VfioMigration.Buses.Pci;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Irqs;

namespace VfioMigration.Vfio;

/// <summary>
/// How a device that looks like a PCI function describes itself. The defaults are those of vfio-pci (<c>vfio_pci_core.c</c>); the kernel's samples differ, each in its
/// own way.
/// </summary>
public sealed record VfioPciLayout
{
    /// <summary>Vectors of MSI, 0 for none.</summary>
    public int MsiVectors { get; init; }

    /// <summary>Vectors of MSI-X, 0 for none.</summary>
    public int MsixVectors { get; init; }

    /// <summary>False leaves VFIO_DEVICE_FLAGS_RESET out; VFIO_DEVICE_RESET works all the same.</summary>
    public bool AdvertisesReset { get; init; } = true;

    /// <summary>The size of the configuration space in GET_REGION_INFO; all 256 bytes can be accessed.</summary>
    public ulong ConfigRegionSize { get; init; } = PciConfigSpace.Size;

    /// <summary>What GET_REGION_INFO claims of a region of size 0.</summary>
    public VfioRegionFlags AbsentRegionFlags { get; init; }

    /// <summary>What an access to a region of size 0, or to none, is answered with.</summary>
    public Errno AbsentRegionErrno { get; init; } = Errno.EINVAL;

    /// <summary>False for a driver that knows no interrupts for errors and for the request to release the device.</summary>
    public bool HasErrorAndRequest { get; init; } = true;

    /// <summary>False for a driver that has no interrupts at all: every index has a count of 0, no flags, and takes no trigger.</summary>
    public bool HasInterrupts { get; init; } = true;

    /// <summary>Where in the file of the device each region begins; null for the usual places.</summary>
    public IReadOnlyList<ulong>? RegionOffsets { get; init; }

    /// <summary>The five interrupt indexes.</summary>
    internal VfioIrq[] MakeIrqs()
    {
        const VfioIrqFlags Level = VfioIrqFlags.VFIO_IRQ_INFO_EVENTFD | VfioIrqFlags.VFIO_IRQ_INFO_MASKABLE | VfioIrqFlags.VFIO_IRQ_INFO_AUTOMASKED;
        const VfioIrqFlags Message = VfioIrqFlags.VFIO_IRQ_INFO_EVENTFD | VfioIrqFlags.VFIO_IRQ_INFO_NORESIZE;
        if (!HasInterrupts)
        {
            return [.. Enumerable.Range(0, VfioPciIndex.VFIO_PCI_NUM_IRQS).Select(static _ => new VfioIrq(0, VfioIrqFlags.None))];
        }

        return
        [
            new VfioIrq(1, Level),
            new VfioIrq(MsiVectors, Message),
            new VfioIrq(MsixVectors, Message) { IsKnown = MsixVectors > 0 || HasErrorAndRequest },
            Single(),
            Single(),
        ];
    }

    private VfioIrq Single() => HasErrorAndRequest
        ? new VfioIrq(1, VfioIrqFlags.VFIO_IRQ_INFO_EVENTFD)
        : new VfioIrq(0, VfioIrqFlags.None) { IsKnown = false };
}
