using System.Collections.Concurrent;

using VfioMigration.Sysfs;

namespace VfioMigration.Vfio;

/// <summary>
/// The groups of one host: a function behind its IOMMU has one as long as it is there (iommu_probe_device), other devices get one from vfio for as long as they
/// are registered. Both kinds share the numbers, of which the lowest free one is taken.
/// </summary>
public sealed class IommuGroups
{
    private readonly DriverCore core;
    private readonly NumberAllocator numbers = new();
    private readonly ConcurrentDictionary<Device, IommuGroup> physical = new();

    internal IommuGroups(DriverCore core) => this.core = core;

    /// <summary>Puts an IOMMU in front of a bus: what is plugged in from now on has a group of its own.</summary>
    public void PutInFrontOf(DeviceBus bus)
    {
        bus.DeviceAdded += device => (physical[device] = Make(hasIommu: true)).Add(device);
        bus.DeviceRemoved += device =>
        {
            if (physical.TryRemove(device, out IommuGroup? group))
            {
                Remove(group, device);
            }
        };
    }

    /// <summary>The number of a function's group; null without an IOMMU.</summary>
    public int? NumberOf(Device device) => Find(device)?.Number;

    /// <summary>Null for a device without an IOMMU.</summary>
    internal IommuGroup? Find(Device device) => physical.GetValueOrDefault(device);

    /// <summary>A group of vfio's own. Pairs with <see cref="Remove"/>.</summary>
    internal IommuGroup Add(Device device)
    {
        IommuGroup group = Make(hasIommu: false);
        group.Add(device);
        return group;
    }

    internal void Remove(IommuGroup group, Device device)
    {
        group.Remove(device);
        numbers.Return(group.Number);
    }

    private IommuGroup Make(bool hasIommu) => new(core, numbers.Take(), hasIommu);
}
