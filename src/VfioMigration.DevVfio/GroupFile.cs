using VfioMigration.DevVfio.Clients;
namespace VfioMigration.DevVfio;

/// <summary>An open <c>/dev/vfio/N</c>.</summary>
internal sealed class GroupFile(VfioGroup group) : DevVfioFile
{
    public override VfioFileKind Kind => VfioFileKind.Group;

    internal VfioGroup Group => group;

    internal override void Release() => group.CloseGroup();
}
