using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;

namespace VfioMigration.DevVfio;

/// <summary>
/// A container (<c>drivers/vfio/container.c</c>): groups that share one address space. It lives as long as its descriptor or a group in it. Guarded by the lock of <see cref="DevVfioHost"/>.
/// </summary>
internal sealed class VfioContainer(DevVfioHost host)
{
    private readonly List<VfioGroup> groups = [];

    /// <summary>The address space, between VFIO_SET_IOMMU and the leaving of the last group.</summary>
    internal VfioIommuType1? Iommu { get; private set; }

    internal bool IsNoIommu { get; private set; }

    /// <summary>VFIO_CHECK_EXTENSION: 1 or 0.</summary>
    internal int CheckExtension(ulong extension)
    {
        lock (host.Gate)
        {
            return Iommu is not null ? Iommu.CheckExtension(extension)
                : host.HasType1 ? VfioIommuType1.CheckExtensionOfDriver(extension, host.Core)
                : 0;
        }
    }

    /// <summary>
    /// VFIO_SET_IOMMU. EINVAL: there is no group, or an IOMMU already, or a driver that offers the extension but no such model; ENODEV: no driver offers it.
    /// </summary>
    internal Errno SetIommu(ulong model)
    {
        lock (host.Gate)
        {
            if (groups.Count == 0 || Iommu is not null)
            {
                return Errno.EINVAL;
            }

            if (IsNoIommu)
            {
                if (model != (ulong)VfioExtension.VFIO_NOIOMMU_IOMMU)
                {
                    return Errno.ENODEV;
                }
            }
            else if (!host.HasType1 || VfioIommuType1.CheckExtensionOfDriver(model, host.Core) == 0)
            {
                return Errno.ENODEV;
            }
            else if (!VfioIommuType1.IsModel(model))
            {
                return Errno.EINVAL;
            }

            Iommu = new VfioIommuType1(host.Core, (VfioExtension)model);
            groups.ForEach(Iommu.Attach);
            return Errno.None;
        }
    }

    /// <summary>VFIO_GROUP_SET_CONTAINER. EPERM: groups with and without an IOMMU cannot share one. Under the lock.</summary>
    internal Errno Attach(VfioGroup group)
    {
        bool isNoIommu = group.GroupKind == VfioGroupKind.NoIommu;
        if (groups.Count > 0 && isNoIommu != IsNoIommu)
        {
            return Errno.EPERM;
        }

        IsNoIommu = isNoIommu;
        groups.Add(group);
        Iommu?.Attach(group);
        return Errno.None;
    }

    /// <summary>A group leaves; with the last one the address space goes. Under the lock.</summary>
    internal void Detach(VfioGroup group)
    {
        groups.Remove(group);
        Iommu?.Detach(group);
        if (groups.Count == 0)
        {
            Iommu?.Dispose();
            Iommu = null;
        }
    }
}
