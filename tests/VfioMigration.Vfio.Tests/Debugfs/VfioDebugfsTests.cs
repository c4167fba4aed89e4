using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Tests.Support;

namespace VfioMigration.Vfio.Tests.Debugfs;

/// <summary>NOTES.md, 37.</summary>
public class VfioDebugfsTests
{
    private const string Card = "kernel/debug/vfio/card";
    private readonly DriverCore core = new(TimeProvider.System);
    private readonly VfioCore vfio;
    private readonly ModuleList modules;

    public VfioDebugfsTests()
    {
        vfio = new VfioCore(core);
        modules = new ModuleList(core);
        modules.MakeAvailable(VfioModule.ModuleName, () => new VfioModule(vfio));
        Assert.Equal(Errno.None, modules.Load(VfioModule.ModuleName));
    }

    [Fact]
    public void Directory_IsThereWhileTheModuleIs()
    {
        Assert.Empty(core.Tree.List("kernel/debug/vfio"));
        Assert.Equal(Errno.None, modules.Unload(VfioModule.ModuleName));
        Assert.False(core.Tree.Exists("kernel/debug/vfio"));
        Assert.Equal(Errno.None, modules.Load(VfioModule.ModuleName));
        Assert.True(core.Tree.Exists("kernel/debug/vfio"));
    }

    [Fact]
    public void MigratableDevice_ShowsItsStateByName()
    {
        TestVfioDevice device = Register(new ScriptedMigrationOps());

        Assert.Equal(["migration"], core.Tree.List(Card));
        Assert.Equal(["features", "state"], core.Tree.List($"{Card}/migration").Order(StringComparer.Ordinal));
        foreach (VfioDeviceState state in States.All.Skip(1))
        {
            device.Migration!.Reset();
            device.Migration.SetState(state);
            Assert.Equal(state.Name() + "\n", core.Tree.Cat($"{Card}/migration/state").Value);
        }
    }

    [Fact]
    public void BrokenDevice_ShowsError()
    {
        var ops = new ScriptedMigrationOps { Broken = true, OnArc = static (_, _) => Errno.EIO };
        Register(ops).Migration!.SetState(States.STOP);

        Assert.Equal("ERROR\n", core.Tree.Cat($"{Card}/migration/state").Value);
    }

    [Theory]
    [InlineData(FeatureSets.StopCopy, false, "stop-copy\n")]
    [InlineData(FeatureSets.P2P, false, "stop-copy\np2p\n")]
    [InlineData(FeatureSets.PreCopy, true, "stop-copy\npre-copy\ndirty-tracking\n")]
    [InlineData(FeatureSets.Everything, true, "stop-copy\np2p\npre-copy\ndirty-tracking\n")]
    public void Features_AreOnePerLine(VfioMigrationFlags flags, bool hasDirtyLog, string expected)
    {
        Register(new ScriptedMigrationOps(flags), hasDirtyLog: hasDirtyLog);

        Assert.Equal(expected, core.Tree.Cat($"{Card}/migration/features").Value);
    }

    [Theory]
    [InlineData("state")]
    [InlineData("features")]
    public void Files_AreReadOnly(string file)
    {
        Register(new ScriptedMigrationOps());

        Assert.Equal(Errno.EACCES, core.Tree.Echo("RUNNING", $"{Card}/migration/{file}").Error);
    }

    [Theory]
    [InlineData(MigrationPersonality.None)]
    [InlineData(MigrationPersonality.V1)]
    [InlineData(MigrationPersonality.Rfc)]
    public void DeviceWithoutMergedMigration_HasAnEmptyDirectory(MigrationPersonality personality)
    {
        Register(new ScriptedMigrationOps(), personality);

        Assert.Empty(core.Tree.List(Card));
    }

    [Fact]
    public void DeviceThatWasUnregistered_HasNoDirectory()
    {
        TestVfioDevice device = Register(new ScriptedMigrationOps());

        vfio.Unregister(device);

        Assert.Empty(core.Tree.List("kernel/debug/vfio"));
    }

    private TestVfioDevice Register(
        ScriptedMigrationOps ops, MigrationPersonality personality = MigrationPersonality.V2, bool hasDirtyLog = false)
    {
        var bus = new Device(core, "card");
        Assert.Equal(Errno.None, bus.Add());
        var device = new TestVfioDevice(ops, personality, hasDirtyLog, device: bus);
        Assert.Equal(Errno.None, vfio.RegisterEmulatedIommuDevice(device));
        return device;
    }
}
