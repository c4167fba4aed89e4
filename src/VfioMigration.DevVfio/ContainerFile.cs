using VfioMigration.DevVfio.Clients;
using VfioMigration.Uapi;

namespace VfioMigration.DevVfio;

/// <summary>An open <c>/dev/vfio/vfio</c>.</summary>
internal sealed class ContainerFile(VfioContainer container) : DevVfioFile
{
    public override VfioFileKind Kind => VfioFileKind.Container;

    internal VfioContainer Container => container;

    /// <summary>What the IOMMU driver does not know it refuses; without one there is nobody to ask.</summary>
    internal override Errno UnknownIoctl => container.Iommu is null ? Errno.EINVAL : Errno.ENOTTY;

    /// <summary>Groups keep the container.</summary>
    internal override void Release()
    {
    }
}
