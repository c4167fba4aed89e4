using VfioMigration.DevVfio.Clients;
using VfioMigration.DevVfio.Iommufd;

namespace VfioMigration.DevVfio;

/// <summary>An open <c>/dev/iommu</c>. It knows the ioctls of a container, too, and can be given to a group in its place (<c>iommufd/vfio_compat.c</c>).</summary>
internal sealed class IommufdFile(IommufdContext context) : DevVfioFile
{
    public override VfioFileKind Kind => VfioFileKind.Iommufd;

    internal IommufdContext Context => context;

    internal override void Release() => context.Close();
}
