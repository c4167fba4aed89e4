using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Modules;

/// <summary>A loaded module: <c>/sys/module/NAME</c> (<c>kernel/module/sysfs.c</c>, <c>kernel/params.c</c>).</summary>
public sealed class KernelModule : Kobject
{
    private static readonly AttributeGroup ModuleGroup = new(
        UeventAttribute.WriteOnly,
        SysfsAttribute<KernelModule>.ReadOnly("coresize", static (module, page) => SysfsText.Line(page, module.image.CoreSize)),
        SysfsAttribute<KernelModule>.ReadOnly("initsize", static (module, page) => SysfsText.Line(page, 0)),
        SysfsAttribute<KernelModule>.ReadOnly("initstate", static (module, page) => SysfsText.Line(page, module.State)),
        SysfsAttribute<KernelModule>.ReadOnly("refcnt", static (module, page) => SysfsText.Line(page, module.ReferenceCount)),
        SysfsAttribute<KernelModule>.ReadOnly("srcversion", static (module, page) => SysfsText.Line(page, module.image.SourceVersion)),
        SysfsAttribute<KernelModule>.ReadOnly("taint", static (module, page) => SysfsText.Line(page, module.Taint)),
        SysfsAttribute<KernelModule>.ReadOnly("version", static (module, page) => SysfsText.Line(page, module.Version)));

    private readonly DriverCore core;
    private readonly Lock gate = new();
    private readonly ModuleImage image;
    private Kobject holders = null!;
    private Kobject? drivers;
    private int holderCount;
    private int users;
    private bool isGoing;
    private int driverCount;

    internal KernelModule(DriverCore core, string name, ModuleCode code)
        : base(core.Tree, name)
    {
        this.core = core;
        Code = code;
        image = new ModuleImage(code.GetType());
        Guard = new VendorGuard(core.Tree.Root.VendorCalls, text => core.Log.Write(LogLevels.Error, $"{Name}: {text}")) { Driver = Guarded };
        ModuleFacts facts = ModuleFacts.Of(code, Guard);
        Version = facts.Version;
        Taint = facts.Taint;
        Dependencies = facts.Dependencies;
        Guarded.Errnos = facts.Errnos;
    }

    public ModuleCode Code { get; }

    /// <summary>The way into the module's code.</summary>
    public VendorGuard Guard { get; }

    /// <summary>What the guards of the module and of its devices share.</summary>
    public GuardedDriver Guarded { get; } = new();

    /// <summary>Modules that this one needs, as its code listed when it was loaded.</summary>
    internal IReadOnlyList<string> Dependencies { get; }

    private string Version { get; }

    private string Taint { get; }

    public override string Subsystem => "module";

    /// <summary>0 for code that fails; what is below zero counts as zero.</summary>
    private int OwnReferences =>
        Guard.Call(VendorCall.Describe, Code, static code => (Result<int>)code.References).Result.TryGet(out int references) ? Math.Max(0, references) : 0;

    /// <summary>module_init; an exception is EIO.</summary>
    internal Errno CallInit() => Guard.Call(VendorCall.Probe, this, static module => module.Code.Init(module)).Error;

    /// <summary>module_exit.</summary>
    internal void CallExit() =>
        Guard.Call(VendorCall.Remove, this, static module =>
        {
            module.Code.Exit(module);
            return Errno.None;
        });

    /// <summary>Other modules that need this one, the users of its devices, and what the module itself counts.</summary>
    public int ReferenceCount => Volatile.Read(ref holderCount) + Volatile.Read(ref users) + OwnReferences;

    internal string State { get; set; } = "coming";

    /// <summary>Begins to use something the module drives (try_module_get). False when the module is being unloaded. Pairs with <see cref="Put"/>.</summary>
    public bool TryGet()
    {
        lock (gate)
        {
            users += isGoing ? 0 : 1;
            return !isGoing;
        }
    }

    /// <summary>Pairs with <see cref="TryGet"/> (module_put).</summary>
    public void Put()
    {
        lock (gate)
        {
            users--;
        }
    }

    /// <summary>From now on the module cannot be used; false, and nothing changes, while it is in use (try_stop_module).</summary>
    internal bool TryBeginGoing()
    {
        int own = OwnReferences;
        lock (gate)
        {
            isGoing = holderCount + users + own == 0;
            return isGoing;
        }
    }

    internal Errno AddToTree()
    {
        Errno error = AddTo(core.Modules);
        if (error != Errno.None)
        {
            return error;
        }

        holders = core.CreateDirectory(this, "holders").Value;
        core.CreateDirectory(this, "notes");
        core.CreateDirectory(this, "sections");
        return AddGroup(ModuleGroup);
    }

    internal void RemoveFromTree() => RemoveDirectory();

    internal void AddHolder(KernelModule holder)
    {
        Interlocked.Increment(ref holderCount);
        holders.AddLink(holder.KernfsName, holder);
    }

    internal void RemoveHolder(KernelModule holder)
    {
        holders.RemoveLink(holder.KernfsName);
        Interlocked.Decrement(ref holderCount);
    }

    /// <summary>The <c>module</c> link of the driver and <c>drivers/BUS:NAME</c> here (<c>drivers/base/module.c</c>).</summary>
    internal void AddDriver(DeviceDriver driver)
    {
        lock (gate)
        {
            drivers ??= core.CreateDirectory(this, "drivers").Value;
            driverCount++;
        }

        DriverCore.CreateLink(driver, "module", this);
        DriverCore.CreateLink(drivers, LinkName(driver), driver);
    }

    internal void RemoveDriver(DeviceDriver driver)
    {
        DriverCore.RemoveLink(driver, "module");
        lock (gate)
        {
            DriverCore.RemoveLink(drivers!, LinkName(driver));
            if (--driverCount == 0)
            {
                DriverCore.RemoveDirectory(drivers!);
                drivers = null;
            }
        }
    }

    private static string LinkName(DeviceDriver driver) => $"{driver.Bus.Name}:{driver.Name}";
}
