using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Vfio;

/// <summary>
/// <c>/sys/kernel/iommu_groups/N</c> (<c>drivers/iommu/iommu.c</c>): of one device, with an IOMMU behind it, or made by vfio for a device without one. Only the
/// latter has a <c>name</c>.
/// </summary>
internal sealed class IommuGroup : Kobject
{
    /// <summary>vfio's name for the groups it makes (<c>drivers/vfio/group.c</c>, vfio_noiommu_group_alloc), also of emulated devices.</summary>
    private static readonly AttributeGroup NameFile = new(SysfsAttribute<IommuGroup>.ReadOnly("name", static (_, page) => SysfsText.Line(page, "vfio-noiommu"u8)));

    private static readonly AttributeGroup GroupFiles = new(
        SysfsAttribute<IommuGroup>.ReadOnly("reserved_regions", static (group, page) =>
            SysfsText.Lines(page, group.HasIommu ? "0x00000000fee00000 0x00000000feefffff msi\n" : "")),
        SysfsAttribute<IommuGroup>.Capable("type", Errno.EACCES, static (group, page) => SysfsText.Line(page, group.domainType), static (group, value) => group.StoreType(value)));

    private readonly Kobject devices;
    private Device? member;
    private string domainType;

    internal IommuGroup(DriverCore core, int number, bool hasIommu)
        : base(core.Tree, $"{number}")
    {
        Number = number;
        HasIommu = hasIommu;
        domainType = hasIommu ? "DMA-FQ" : "unknown";
        core.CreateDirectory(core.IommuGroups, this);
        devices = core.CreateDirectory(this, "devices").Value;
        AddGroup(GroupFiles);
        if (!hasIommu)
        {
            AddGroup(NameFile);
        }
    }

    internal int Number { get; }

    internal bool HasIommu { get; }

    internal void Add(Device device)
    {
        member = device;
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

    /// <summary>
    /// iommu_group_store_type. EINVAL: no such type, or no IOMMU; EPERM: it has an owner (owner_cnt): a driver, or a user of vfio, whose drivers own nothing until then
    /// (driver_managed_dma).
    /// </summary>
    private Errno StoreType(ReadOnlySpan<byte> value)
    {
        string wanted = System.Text.Encoding.ASCII.GetString(SysfsText.TrimNewline(value));
        if (!HasIommu || wanted is not ("identity" or "DMA" or "DMA-FQ" or "auto"))
        {
            return Errno.EINVAL;
        }

        bool isLive = wanted == "DMA-FQ" && domainType == "DMA";
        if (!isLive && (member is null || (member.Users?.HasUsers ?? member.Driver is not null)))
        {
            return Errno.EPERM;
        }

        domainType = wanted == "auto" ? "DMA-FQ" : wanted;
        return Errno.None;
    }
}
