using System.Collections.Concurrent;
using VfioMigration.Buses.Css;
using VfioMigration.Buses.Pci;
using VfioMigration.Lab.Configuration;
using VfioMigration.Lab.Dialects;
using VfioMigration.Lab.Drivers;
using VfioMigration.Lab.Emulator;
using VfioMigration.Lab.Faults;
using VfioMigration.Lab.Guests;
using VfioMigration.Mdev;
using VfioMigration.Posix;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Guards;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Lab;

/// <summary>
/// One simulated host: its tree, buses, drivers, kernel log and uevents. Hosts share nothing, so many live in one process.
/// </summary>
public sealed class Host
{
    private readonly HostOptions options;
    private readonly DriverCatalogue catalogue;
    private readonly TimeProvider clock;
    private readonly ConcurrentDictionary<ModuleCode, DriverLoadContext> loadContexts = new();
    private readonly ConcurrentDictionary<string, string> lastProblems = new();

    public Host(HostOptions options, DriverCatalogue catalogue, TimeProvider clock)
    {
        this.options = options;
        this.catalogue = catalogue;
        this.clock = clock;
        KernelOptions kernel = options.Kernel ?? new KernelOptions();
        Core = new DriverCore(clock) { KernelVersion = kernel.Parsed };
        Core.Tree.Root.VendorCalls.Timeouts = options.VendorTimeouts ?? VendorTimeouts.Default;
        Mdev = new MdevBus(Core);
        Pci = new PciBus(Core);
        Css = new CssBus(Core);
        Vfio = new VfioCore(Core) { HasIommufd = kernel.HasIommufd };
        if (kernel.HasIommu)
        {
            Vfio.IommuGroups.PutInFrontOf(Pci);
        }

        Guests = new GuestTable(clock, GuestMemory.Allocate);
        Faults = new HostFaultPlan(Mdev);
        Core.Tree.Root.Faults = Faults;
        Modules = new ModuleList(Core);
        Modules.Released += Release;
        var dialects = new HostDialects(Mdev, Pci, options.Compatibility ?? HostDialects.Default);
        _ = new EmulatorFolder(Core, Vfio, Guests, Faults, dialects.Table, Modules);
        MakeModulesAvailable();
    }

    public string Name => options.Name;

    public DriverCore Core { get; }

    public MdevBus Mdev { get; }

    public PciBus Pci { get; }

    public CssBus Css { get; }

    public VfioCore Vfio { get; }

    public ModuleList Modules { get; }

    /// <summary>Where the memory of the guests comes from, and how much of it is mapped.</summary>
    public AnonymousMemory GuestMemory { get; } = new();

    /// <summary>The simulated guests that use this host's devices.</summary>
    public GuestTable Guests { get; }

    /// <summary>Faults of this host's files; those of a device are with the device.</summary>
    public HostFaultPlan Faults { get; }

    /// <summary>Plugs the devices in, then loads the drivers. Sentences that name the configuration keys of what failed.</summary>
    public IReadOnlyList<string> Boot()
    {
        var problems = new List<string>();
        foreach (string module in (string[])[VfioModule.ModuleName, VfioIommuType1Module.ModuleName, MdevModule.ModuleName])
        {
            Modules.Load(module);
        }

        Pci.Register();
        if (options.Subchannels.Count > 0)
        {
            Css.Register();
        }

        foreach ((PciAddress address, PciIds ids) in options.Pci)
        {
            Pci.AddDevice(address, ids);
        }

        foreach ((string id, SubchannelDescription description) in options.Subchannels)
        {
            Css.AddSubchannel(id, description);
        }

        foreach (DriverOptions driver in options.Drivers)
        {
            if (driver.Program is null && !catalogue.Names.Contains(driver.Name))
            {
                problems.Add($"{driver.Key}: no driver '{driver.Name}' in {catalogue.Folder}; available: {string.Join(", ", catalogue.Names)}");
            }
            else if (driver.Load && LoadModule(driver.Name) is { Problem: { } problem })
            {
                problems.Add($"{driver.Key}: {problem}");
            }
        }

        return problems;
    }

    /// <summary>modprobe, with an error message on failure. Errnos as <see cref="ModuleList.Load(string)"/>.</summary>
    public (Errno Error, string? Problem) LoadModule(string name)
    {
        lastProblems.TryRemove(name, out _);
        if (!Modules.Available.Contains(name))
        {
            catalogue.Scan([]);
            MakeVendorModulesAvailable();
        }

        Errno error = Modules.Load(name, out DriverErrnos errnos);
        Core.Tree.Root.Settle();
        return error == Errno.None
            ? (error, null)
            : (error, lastProblems.TryRemove(name, out string? problem) ? problem : Describe("load", name, error, errnos));
    }

    /// <summary>rmmod, with an error message on failure. Errnos as <see cref="ModuleList.Unload"/>.</summary>
    public (Errno Error, string? Problem) UnloadModule(string name)
    {
        Errno error = Modules.Unload(name);
        Core.Tree.Root.Settle();
        return (error, error == Errno.None ? null : Describe("unload", name, error, DriverErrnos.None));
    }

    private string Describe(string verb, string name, Errno error, DriverErrnos errnos) => error switch
    {
        Errno.EEXIST => $"cannot load {name}: it is already loaded (EEXIST)",
        Errno.ENOENT when verb == "load" => $"cannot load {name}: no such driver (ENOENT); available: {string.Join(", ", Modules.Available)}",
        Errno.ENOENT => $"cannot unload {name}: it is not loaded (ENOENT); loaded: {string.Join(", ", Modules.Loaded)}",
        Errno.EAGAIN => $"cannot unload {name}: it is in use (EAGAIN)",
        Errno.EBUSY => $"cannot {verb} {name}: another driver is being loaded or unloaded (EBUSY)",
        _ => $"cannot {verb} {name}: {error.Text()} ({errnos.NameOf(error)})",
    };

    private void MakeModulesAvailable()
    {
        Modules.MakeAvailable(VfioModule.ModuleName, () => new VfioModule(Vfio));
        Modules.MakeAvailable(VfioIommuType1Module.ModuleName, static () => new VfioIommuType1Module());
        Modules.MakeAvailable(MdevModule.ModuleName, () => new MdevModule(Mdev));
        MakeVendorModulesAvailable();
    }

    private void MakeVendorModulesAvailable()
    {
        foreach (string name in catalogue.Names.Concat(options.Drivers.Where(static driver => driver.Program is not null).Select(static driver => driver.Name)))
        {
            Modules.MakeAvailable(name, () => CreateVendorModule(name));
        }
    }

    private VendorModule? CreateVendorModule(string name)
    {
        DriverOptions? configured = options.Drivers.FirstOrDefault(driver => driver.Name == name);
        if (!KernfsName.IsValid(name))
        {
            lastProblems[name] = $"{name}: not a valid module name; it becomes the directory /sys/module/{name}";
            return null;
        }

        VendorOptions vendorOptions = configured is null ? VendorOptions.None : new VendorOptions(configured.OptionsWithProgram);
        var context = new VendorContext(name, Core, Mdev, Pci, Css, Vfio, vendorOptions);
        if (catalogue.Create(configured?.Program is null ? name : DriverCatalogue.External, context, out string? problem) is not { } created)
        {
            lastProblems[name] = problem!;
            return null;
        }

        loadContexts[created.Module] = created.LoadContext;
        if (vendorOptions.Problems.Count > 0)
        {
            lastProblems[name] = $"options of {name}: {string.Join("; ", vendorOptions.Problems)}";
            Release(created.Module);
            return null;
        }

        return created.Module;
    }

    private void Release(ModuleCode code)
    {
        (code as IDisposable)?.Dispose();
        if (loadContexts.TryRemove(code, out DriverLoadContext? loadContext))
        {
            loadContext.Unload();
        }
    }
}
