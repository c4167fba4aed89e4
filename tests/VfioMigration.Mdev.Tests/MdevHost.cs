using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Mdev.Tests;

/// <summary>A host with vfio and mdev loaded, on which parents can be made.</summary>
internal sealed class MdevHost
{
    internal const string Uuid = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";

    internal MdevHost()
    {
        Core = new DriverCore(TimeProvider.System);
        Bus = new MdevBus(Core);
        Vfio = new VfioCore(Core);
        Modules = new ModuleList(Core);
        Modules.MakeAvailable(VfioModule.ModuleName, () => new VfioModule(Vfio));
        Modules.MakeAvailable(MdevModule.ModuleName, () => new MdevModule(Bus));
        Assert.Equal(Errno.None, Modules.Load(VfioModule.ModuleName));
        Assert.Equal(Errno.None, Modules.Load(MdevModule.ModuleName));
    }

    internal DriverCore Core { get; }

    internal SysfsTree Tree => Core.Tree;

    internal MdevBus Bus { get; }

    internal VfioCore Vfio { get; }

    internal ModuleList Modules { get; }

    /// <summary>As mtty: 24 ports that its driver counts.</summary>
    internal FakeParentModule LoadMtty(int ports = 24) => Load("mtty", ports);

    /// <summary>As mdpy: two devices that the core counts.</summary>
    internal FakeParentModule LoadMdpy() => Load("mdpy", null);

    internal static string TypePath(string parent, string type) =>
        $"devices/virtual/{parent}/{parent}/mdev_supported_types/{parent}-{type}";

    internal Result<int> Create(string text, string parent = "mtty", string type = "1") =>
        Tree.Echo(text, $"{TypePath(parent, type)}/create");

    internal Result<int> Remove(string text = "1", string uuid = Uuid, string parent = "mtty") =>
        Tree.Echo(text, $"devices/virtual/{parent}/{parent}/{uuid}/remove");

    internal string Available(string type = "1", string parent = "mtty") =>
        Tree.Cat($"{TypePath(parent, type)}/available_instances").Value.TrimEnd('\n');

    internal static string NumberedUuid(int number) => $"{number:x8}-1111-4222-8333-444455556666";

    private FakeParentModule Load(string name, int? ports)
    {
        var module = new FakeParentModule(Core, Bus, Vfio, name, ports);
        Modules.MakeAvailable(name, () => module);
        Assert.Equal(Errno.None, Modules.Load(name));
        return module;
    }
}
