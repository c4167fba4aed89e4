using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Vfio;

/// <summary>
/// <c>/sys/kernel/iommu_groups/N</c> (<c>drivers/iommu/iommu.c</c>), as an emulated device gets it: a group of its own without an IOMMU
/// behind it.
/// </summary>
internal sealed class IommuGroup : Kobject
{
    private static readonly AttributeGroup GroupFiles = new(
        SysfsAttribute<IommuGroup>.ReadOnly("name", static (_, page) => SysfsText.Line(page, "vfio-noiommu"u8)),
        SysfsAttribute<IommuGroup>.ReadOnly("reserved_regions", static (_, _) => 0),
        SysfsAttribute<IommuGroup>.ReadWrite("type", static (_, page) => SysfsText.Line(page, "unknown"u8), static (_, _) => Errno.EINVAL));

    private readonly Kobject devices;

    internal IommuGroup(DriverCore core, int number)
        : base(core.Tree, $"{number}")
    {
        Number = number;
        core.CreateDirectory(core.IommuGroups, this);
        devices = core.CreateDirectory(this, "devices").Value;
        AddGroup(GroupFiles);
    }

    internal int Number { get; }

    internal void Add(Device device)
    {
        DriverCore.CreateLink(device, "iommu_group", this);
        DriverCore.CreateLink(devices, device, device);
        device.Log(LogLevels.Info, $"Adding to iommu group {Number}");
    }

    internal void Remove(Device device)
    {
        DriverCore.RemoveLink(devices, device.Name);
        DriverCore.RemoveLink(device, "iommu_group");
        device.Log(LogLevels.Info, $"Removing from iommu group {Number}");
        DriverCore.RemoveDirectory(this);
    }
}
