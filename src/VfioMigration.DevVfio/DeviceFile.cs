using VfioMigration.Buses.Pci;
using VfioMigration.DevVfio.Clients;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.DevVfio;

/// <summary>
/// An open device (<c>struct vfio_device_file</c>): from its group, and in use at once; or from <c>/dev/vfio/devices</c>, and in use when it is bound to an iommufd. Regions are read and written at their places in
/// the file.
/// </summary>
internal sealed partial class DeviceFile : DevVfioFile
{
    /// <summary>VFIO_PCI_DEVID_NOT_OWNED.</summary>
    internal const uint HotResetNotOwned = uint.MaxValue;

    private const int VFIO_PCI_OFFSET_SHIFT = 40;

    private readonly DevVfioHost host;
    private readonly VfioGroup group;
    private readonly VfioDevice device;

    /// <summary>The use of the device; null for a file that is not bound. The kernel's access_granted.</summary>
    private volatile VfioDeviceFile? opened;

    /// <param name="host">The host of the device.</param>
    /// <param name="group">Of the device.</param>
    /// <param name="opened">The use of the device, which ends with this file; null for a file of <c>/dev/vfio/devices</c>.</param>
    internal DeviceFile(DevVfioHost host, VfioGroup group, VfioDeviceFile? opened)
    {
        this.host = host;
        this.group = group;
        this.opened = opened;
        device = group.Device;
        IsCdev = opened is null;
    }

    public override VfioFileKind Kind => VfioFileKind.Device;

    internal VfioDevice Device => device;

    internal DevVfioHost Host => host;

    /// <summary>True for a file of <c>/dev/vfio/devices</c>.</summary>
    internal bool IsCdev { get; }

    /// <summary>False for a file that has to be bound first: all its other requests are EINVAL.</summary>
    internal bool IsGranted => opened is not null;

    internal override Errno UnknownIoctl => IsGranted ? Errno.ENOTTY : Errno.EINVAL;

    /// <summary>Where a region begins.</summary>
    internal ulong OffsetOf(int index) =>
        device.RegionOffsets is { } offsets ? (index < offsets.Count ? offsets[index] : 0) : (ulong)index << VFIO_PCI_OFFSET_SHIFT;

    internal override Result<int> Read(VfioClient client, ulong position, Span<byte> destination)
    {
        if (!IsGranted)
        {
            return Errno.EINVAL;
        }

        (int index, ulong offset) = Locate(position);
        Errno error = device.ReadRegion(index, offset, destination);
        return error == Errno.None ? destination.Length : error;
    }

    internal override Result<int> Write(VfioClient client, ulong position, ReadOnlySpan<byte> source)
    {
        if (!IsGranted)
        {
            return Errno.EINVAL;
        }

        (int index, ulong offset) = Locate(position);
        Errno error = device.WriteRegion(index, offset, source);
        return error == Errno.None ? source.Length : error;
    }

    internal override void Release()
    {
        EndIoeventfds();
        if (IsCdev)
        {
            Unbind();
            return;
        }

        opened!.Dispose();
        group.CloseDevice();
    }

    /// <summary>How the caller knows a function that a hot reset would reset, too.</summary>
    /// <returns>Its group; for a file that is bound to an iommufd its number there, <see cref="HotResetNotOwned"/> when it is not bound to that one.</returns>
    internal uint HotResetIdOf(PciDevice function) => IsCdev ? BoundIdOf(function) : (uint)(host.Core.IommuGroups.NumberOf(function) ?? 0);

    private (int Index, ulong Offset) Locate(ulong position)
    {
        if (device.RegionOffsets is not { } offsets)
        {
            return ((int)(position >> VFIO_PCI_OFFSET_SHIFT), position & ((1UL << VFIO_PCI_OFFSET_SHIFT) - 1));
        }

        for (int index = 0; index < offsets.Count; index++)
        {
            if (position >= offsets[index] && position - offsets[index] < device.Regions[index].Size)
            {
                return (index, position - offsets[index]);
            }
        }

        return (device.Regions.Count, position);
    }
}
