using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Vfio;

/// <summary>vfio.ko.</summary>
public sealed class VfioModule(VfioCore core) : ModuleCode
{
    public const string ModuleName = "vfio";

    public override string Name => ModuleName;

    public override string Version => "0.3";

    public override string Taint => "E";

    /// <summary>Measured: one reference while there are devices, however many.</summary>
    public override int References => core.Devices.Count > 0 ? 1 : 0;

    protected override Errno Init(KernelModule module)
    {
        core.Load();
        return Errno.None;
    }

    protected override void Exit(KernelModule module) => core.Unload();
}
