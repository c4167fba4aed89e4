using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Mdev;

/// <summary>mdev.ko.</summary>
public sealed class MdevModule(MdevBus bus) : ModuleCode
{
    public const string ModuleName = "mdev";

    public override string Name => ModuleName;

    public override string Taint => "E";

    protected override Errno Init(KernelModule module)
    {
        bus.RegisterWithClass();
        return Errno.None;
    }

    protected override void Exit(KernelModule module) => bus.UnregisterWithClass();
}
