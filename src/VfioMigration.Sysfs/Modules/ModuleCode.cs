using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Modules;

/// <summary>What a module does when it is loaded and unloaded, and what modinfo(8) would show.</summary>
public abstract class ModuleCode
{
    /// <summary>The module's name, with underscores, as in <c>/sys/module</c>.</summary>
    public abstract string Name { get; }

    /// <summary>MODULE_VERSION.</summary>
    public virtual string Version => "0.1";

    /// <summary>Taint letters: O out of tree, E unsigned.</summary>
    public virtual string Taint => "OE";

    /// <summary>
    /// Names of errnos of its own, for the kernel log: each with a number from 1 to <see cref="ErrnoExtensions.MaxErrno"/> that Linux does not name. Numbers above
    /// <see cref="ErrnoExtensions.Largest"/> reach user space as EIO. Read once, when the module is loaded.
    /// </summary>
    public virtual IReadOnlyDictionary<string, int> Errnos => DriverErrnos.None.Declared;

    /// <summary>Modules that must be loaded before; they are loaded on demand and cannot be unloaded while this one is loaded.</summary>
    public virtual IReadOnlyList<string> Dependencies => [];

    /// <summary>References besides those of dependent modules.</summary>
    public virtual int References => 0;

    /// <summary>module_init. An errno means the module is not loaded; it must then have cleaned up.</summary>
    protected internal abstract Errno Init(KernelModule module);

    /// <summary>module_exit: unregisters everything that init registered. Devices that exist are removed.</summary>
    protected internal abstract void Exit(KernelModule module);
}
