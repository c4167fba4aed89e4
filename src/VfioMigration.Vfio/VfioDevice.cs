using VfioMigration.Sysfs;

namespace VfioMigration.Vfio;

/// <summary>A device that user space can drive through VFIO (<c>struct vfio_device</c>).</summary>
public sealed class VfioDevice
{
    internal VfioDevice(Device device, int index, IommuGroup group, Device groupNode, Device deviceNode)
    {
        Device = device;
        Index = index;
        Group = group;
        GroupNode = groupNode;
        DeviceNode = deviceNode;
    }

    /// <summary>The device behind it.</summary>
    public Device Device { get; }

    /// <summary>The number in <c>vfio-dev/vfioN</c>.</summary>
    public int Index { get; }

    /// <summary>The number of the iommu group and of <c>/dev/vfio/N</c>.</summary>
    public int GroupNumber => Group.Number;

    internal IommuGroup Group { get; }

    /// <summary><c>/sys/class/vfio/N</c>.</summary>
    internal Device GroupNode { get; }

    /// <summary><c>/sys/class/vfio-dev/vfioN</c>.</summary>
    internal Device DeviceNode { get; }
}
