using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Modules;

/// <summary>
/// The modules a host can load and has loaded. Loading and unloading are serialised by a ticket, not by a lock, because init and exit
/// run vendor code; a second caller gets EBUSY instead of waiting behind a driver that hangs.
/// </summary>
public sealed class ModuleList(DriverCore core)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, KernelModule> loaded = [];
    private readonly Dictionary<string, Func<ModuleCode?>> available = [];
    private bool busy;

    /// <summary>A module's code is used no more: its exit ran, or it could not be loaded.</summary>
    public event Action<ModuleCode>? Released;

    /// <summary>Names of loaded modules, in the order of loading.</summary>
    public IReadOnlyList<string> Loaded
    {
        get
        {
            lock (gate)
            {
                return [.. loaded.Keys];
            }
        }
    }

    /// <summary>Names that can be loaded, sorted.</summary>
    public IReadOnlyList<string> Available
    {
        get
        {
            lock (gate)
            {
                return [.. available.Keys.Order(StringComparer.Ordinal)];
            }
        }
    }

    public KernelModule? Find(string name)
    {
        lock (gate)
        {
            return loaded.GetValueOrDefault(name);
        }
    }

    /// <summary>Makes a module loadable; the factory makes its code anew for each load and null when that is impossible.</summary>
    public void MakeAvailable(string name, Func<ModuleCode?> factory)
    {
        lock (gate)
        {
            available[name] = factory;
        }
    }

    /// <summary>
    /// modprobe: loads a module and before it what it depends on. EEXIST when it is loaded, ENOENT when it or a dependency is unknown,
    /// EBUSY while another load or unload runs, else the errno of an init.
    /// </summary>
    public Errno Load(string name) => Load(name, out _);

    /// <summary>As <see cref="Load(string)"/>.</summary>
    /// <param name="name">The module.</param>
    /// <param name="errnos">Names of the module whose init failed.</param>
    public Errno Load(string name, out DriverErrnos errnos)
    {
        errnos = DriverErrnos.None;
        if (Find(name) is not null)
        {
            return Errno.EEXIST;
        }

        if (!TryBegin())
        {
            return Errno.EBUSY;
        }

        try
        {
            return LoadWithDependencies(name, [], ref errnos);
        }
        finally
        {
            Finish();
        }
    }

    /// <summary>
    /// rmmod: ENOENT when it is not loaded, EAGAIN when it is in use (delete_module(2) with O_NONBLOCK), EBUSY while another load or
    /// unload runs.
    /// </summary>
    public Errno Unload(string name)
    {
        if (!TryBegin())
        {
            return Errno.EBUSY;
        }

        try
        {
            if (Find(name) is not { } module)
            {
                return Errno.ENOENT;
            }

            if (!module.TryBeginGoing())
            {
                return Errno.EAGAIN;
            }

            Remove(module);
            return Errno.None;
        }
        finally
        {
            Finish();
        }
    }

    private Errno LoadWithDependencies(string name, HashSet<string> underway, ref DriverErrnos errnos)
    {
        if (Find(name) is not null)
        {
            return Errno.None;
        }

        Func<ModuleCode?>? factory;
        lock (gate)
        {
            factory = available.GetValueOrDefault(name);
        }

        if (!underway.Add(name) || factory?.Invoke() is not { } code)
        {
            return Errno.ENOENT;
        }

        var module = new KernelModule(core, name, code);
        Errno error = Errno.None;
        foreach (string dependency in module.Dependencies.TakeWhile(_ => error == Errno.None))
        {
            error = LoadWithDependencies(dependency, underway, ref errnos);
        }

        if (error == Errno.None)
        {
            errnos = module.Guarded.Errnos;
            error = Insert(module);
        }

        if (error != Errno.None)
        {
            Released?.Invoke(code);
        }

        return error;
    }

    private Errno Insert(KernelModule module)
    {
        Errno error = module.AddToTree();
        if (error != Errno.None)
        {
            return error;
        }

        ForEachDependency(module, dependency => dependency.AddHolder(module));
        lock (gate)
        {
            loaded.Add(module.Name, module);
        }

        error = module.CallInit();
        if (error != Errno.None)
        {
            Forget(module);
            module.RemoveFromTree();
            return error;
        }

        module.State = "live";
        module.SendUevent(UeventAction.Add);
        return Errno.None;
    }

    private void Remove(KernelModule module)
    {
        module.State = "going";
        module.CallExit();
        Forget(module);
        module.SendUevent(UeventAction.Remove);
        module.RemoveFromTree();
        Released?.Invoke(module.Code);
    }

    private void Forget(KernelModule module)
    {
        ForEachDependency(module, dependency => dependency.RemoveHolder(module));
        lock (gate)
        {
            loaded.Remove(module.Name);
        }
    }

    private void ForEachDependency(KernelModule module, Action<KernelModule> action)
    {
        foreach (string name in module.Dependencies)
        {
            if (Find(name) is { } dependency)
            {
                action(dependency);
            }
        }
    }

    private bool TryBegin()
    {
        lock (gate)
        {
            return !busy && (busy = true);
        }
    }

    private void Finish()
    {
        lock (gate)
        {
            busy = false;
        }
    }
}
