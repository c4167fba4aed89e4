using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests.Modules;

public class ModuleListTests
{
    private readonly DriverCore core = new(new ManualClock());
    private readonly ModuleList modules;
    private readonly List<string> released = [];

    public ModuleListTests()
    {
        modules = new ModuleList(core);
        modules.Released += code => released.Add(code.Name);
    }

    [Fact]
    public void Load_OfAModule_ShowsItUnderModule()
    {
        Offer(new FakeModule("mdev"));

        Assert.Equal(Errno.None, modules.Load("mdev"));

        Assert.Equal(["mdev"], modules.Loaded);
        Assert.Equal(
            ["coresize", "holders", "initsize", "initstate", "notes", "refcnt", "sections", "srcversion", "taint", "uevent", "version"],
            core.Tree.List("module/mdev").Order(StringComparer.Ordinal));
        Assert.Equal("live\n", core.Tree.Cat("module/mdev/initstate").Value);
        Assert.Equal("0\n", core.Tree.Cat("module/mdev/refcnt").Value);
        Assert.Equal(0, long.Parse(core.Tree.Cat("module/mdev/coresize").Value!) % Page.Size);
        Assert.Equal("0\n", core.Tree.Cat("module/mdev/initsize").Value);
        Assert.Matches("^[0-9A-F]{24}\n$", core.Tree.Cat("module/mdev/srcversion").Value);
    }

    [Fact]
    public void LoadAndUnload_OfAModule_SendItsUeventsLast()
    {
        var deviceClass = new DeviceClass(core, "mtty");
        Offer(new FakeModule("mtty") { OnInit = () => deviceClass.Register(), OnExit = deviceClass.Unregister });
        using Subscription<Uevent> uevents = core.Tree.Uevents.Subscribe();
        modules.Load("mtty");
        modules.Unload("mtty");

        Assert.Equal(["add@/class/mtty", "add@/module/mtty", "remove@/class/mtty", "remove@/module/mtty"], uevents.DrainHeaders());
    }

    [Fact]
    public void Errnos_OfAModule_HaveNamesForItsGuards()
    {
        modules.MakeAvailable("acme", () => new FakeModule("acme") { OwnErrnos = new Dictionary<string, int> { ["ENOMIGRATION"] = 140 } });
        Assert.Equal(Errno.None, modules.Load("acme"));

        KernelModule? module = modules.Find("acme");

        Assert.Equal("ENOMIGRATION", module!.Guard.NameOf((Errno)140));
        Assert.Equal("EIO", module.Guard.NameOf(Errno.EIO));
    }

    [Fact]
    public void Errnos_ThatCannotBeDeclared_AreALineOfTheLogAndHaveNoNames()
    {
        modules.MakeAvailable("acme", () => new FakeModule("acme") { OwnErrnos = new Dictionary<string, int> { ["EMINE"] = 5 } });

        Assert.Equal(Errno.None, modules.Load("acme"));

        Assert.Contains(core.Log.Snapshot(), static record => record.Text.Contains("driver bug: EMINE=5: the number is EIO on Linux", StringComparison.Ordinal));
    }

    [Fact]
    public void Load_WithDependencies_LoadsThemFirstAndHoldsThem()
    {
        Offer(new FakeModule("vfio"), new FakeModule("mdev", "vfio"), new FakeModule("mtty", "vfio", "mdev"));

        Assert.Equal(Errno.None, modules.Load("mtty"));

        Assert.Equal(["vfio", "mdev", "mtty"], modules.Loaded);
        Assert.Equal("2\n", core.Tree.Cat("module/vfio/refcnt").Value);
        Assert.Equal(["mdev", "mtty"], core.Tree.List("module/vfio/holders").Order(StringComparer.Ordinal));
        Assert.Equal("../../mtty", core.Tree.Readlink("module/mdev/holders/mtty"));
    }

    [Fact]
    public void Unload_OfADependency_IsEAGAINUntilItsHoldersAreGone()
    {
        Offer(new FakeModule("mdev"), new FakeModule("mtty", "mdev"));
        modules.Load("mtty");
        Assert.Equal(Errno.EAGAIN, modules.Unload("mdev"));

        Assert.Equal(Errno.None, modules.Unload("mtty"));
        Assert.Empty(core.Tree.List("module/mdev/holders"));
        Assert.Equal(Errno.None, modules.Unload("mdev"));
        Assert.Empty(core.Tree.List("module"));
        Assert.Equal(["mtty", "mdev"], released);
    }

    [Fact]
    public void Unload_OfAModuleThatCountsReferences_IsEAGAIN()
    {
        var vfio = new FakeModule("vfio") { OwnReferences = 1 };
        Offer(vfio);
        modules.Load("vfio");
        Assert.Equal("1\n", core.Tree.Cat("module/vfio/refcnt").Value);
        Assert.Equal(Errno.EAGAIN, modules.Unload("vfio"));
        vfio.OwnReferences = 0;

        Assert.Equal(Errno.None, modules.Unload("vfio"));
    }

    [Fact]
    public void Load_Twice_IsEEXIST()
    {
        Offer(new FakeModule("mdev"));
        modules.Load("mdev");

        Assert.Equal(Errno.EEXIST, modules.Load("mdev"));
    }

    [Fact]
    public void LoadAndUnload_OfAnUnknownName_AreENOENT()
    {
        Assert.Equal(Errno.ENOENT, modules.Load("nosuch"));
        Assert.Equal(Errno.ENOENT, modules.Unload("nosuch"));
    }

    [Fact]
    public void Load_WhoseFactoryHasNothing_IsENOENT()
    {
        modules.MakeAvailable("broken", () => null);

        Assert.Equal(Errno.ENOENT, modules.Load("broken"));
        Assert.Equal(["broken"], modules.Available);
    }

    [Fact]
    public void Load_WithACircularDependency_IsENOENT()
    {
        Offer(new FakeModule("a", "b"), new FakeModule("b", "a"));

        Assert.Equal(Errno.ENOENT, modules.Load("a"));
        Assert.Empty(modules.Loaded);
    }

    [Fact]
    public void Load_WhoseInitFails_LeavesNothing()
    {
        Offer(new FakeModule("mdev"), new FakeModule("mtty", "mdev") { OnInit = () => Errno.ENOSPC });
        using Subscription<Uevent> uevents = core.Tree.Uevents.Subscribe();

        Assert.Equal(Errno.ENOSPC, modules.Load("mtty"));

        Assert.Equal(["mdev"], modules.Loaded);
        Assert.Equal(["mdev"], core.Tree.List("module"));
        Assert.Equal("0\n", core.Tree.Cat("module/mdev/refcnt").Value);
        Assert.Equal(["add@/module/mdev"], uevents.DrainHeaders());
        Assert.Equal(["mtty"], released);
    }

    [Fact]
    public void Load_WhoseInitThrows_IsEIOWithALine()
    {
        Offer(new FakeModule("mtty") { OnInit = () => throw new InvalidOperationException("bug") });

        Assert.Equal(Errno.EIO, modules.Load("mtty"));
        Assert.Equal(["mtty: probe: driver bug: InvalidOperationException: bug"], core.Tree.LogTexts());
        Assert.Empty(modules.Loaded);
    }

    [Fact]
    public void Load_WhoseDependencyFails_ReleasesTheCodeThatWasMade()
    {
        Offer(new FakeModule("mdev") { OnInit = () => Errno.ENOSPC }, new FakeModule("mtty", "mdev"));

        Assert.Equal(Errno.ENOSPC, modules.Load("mtty"));
        Assert.Equal(["mdev", "mtty"], released.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Load_OfANameThatTheTreeHas_IsEEXISTAndReleasesTheCode()
    {
        core.CreateDirectory(core.Modules, "mtty");
        Offer(new FakeModule("mtty"));

        Assert.Equal(Errno.EEXIST, modules.Load("mtty"));
        Assert.Equal(["mtty"], released);
    }

    [Fact]
    public void Unload_WhoseExitThrows_StillUnloads()
    {
        Offer(new FakeModule("mtty") { OnExit = () => throw new InvalidOperationException("bug") });
        modules.Load("mtty");

        Assert.Equal(Errno.None, modules.Unload("mtty"));
        Assert.Equal(["mtty: remove: driver bug: InvalidOperationException: bug"], core.Tree.LogTexts());
        Assert.Empty(core.Tree.List("module"));
    }

    [Fact]
    public void LoadAndUnload_FromWithinInit_AreEBUSY()
    {
        Errno[] inner = [];
        Offer(
            new FakeModule("other"),
            new FakeModule("mtty") { OnInit = () => (inner = [modules.Load("other"), modules.Unload("mtty")])[0] == 0 ? Errno.EIO : Errno.None });

        Assert.Equal(Errno.None, modules.Load("mtty"));
        Assert.Equal([Errno.EBUSY, Errno.EBUSY], inner);
        Assert.Equal(Errno.None, modules.Load("other"));
    }

    [Fact]
    public void InitState_DuringInitAndExit_IsComingAndGoing()
    {
        var states = new List<string>();
        Offer(new FakeModule("mtty")
        {
            OnInit = () =>
            {
                states.Add(core.Tree.Cat("module/mtty/initstate").Value);
                return Errno.None;
            },
            OnExit = () => states.Add(core.Tree.Cat("module/mtty/initstate").Value),
        });
        modules.Load("mtty");
        modules.Unload("mtty");

        Assert.Equal(["coming\n", "going\n"], states);
    }

    private void Offer(params FakeModule[] offered)
    {
        foreach (FakeModule module in offered)
        {
            modules.MakeAvailable(module.Name, () => module);
        }
    }
}
