using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Buses.Tests;

/// <summary>A loaded module that registers what the test gives it.</summary>
internal sealed class FakeModule(Func<KernelModule, Errno> init) : ModuleCode
{
    public override string Name => "fake";

    internal static void Load(DriverCore core, Func<KernelModule, Errno> init)
    {
        var modules = new ModuleList(core);
        modules.MakeAvailable("fake", () => new FakeModule(init));
        Assert.Equal(Errno.None, modules.Load("fake"));
    }

    protected override Errno Init(KernelModule module) => init(module);

    protected override void Exit(KernelModule module)
    {
    }
}
