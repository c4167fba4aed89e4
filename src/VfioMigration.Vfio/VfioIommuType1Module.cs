using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Vfio;

/// <summary>vfio_iommu_type1.ko: the container's IOMMU driver. In sysfs it is only a module.</summary>
public sealed class VfioIommuType1Module : ModuleCode
{
    public const string ModuleName = "vfio_iommu_type1";

    public override string Name => ModuleName;

    public override string Version => "0.2";

    public override string Taint => "E";

    public override IReadOnlyList<string> Dependencies => [VfioModule.ModuleName];

    protected override Errno Init(KernelModule module) => Errno.None;

    protected override void Exit(KernelModule module)
    {
    }
}
