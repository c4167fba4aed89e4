using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>
/// The fixed directories at the top of sysfs and what lives directly under them (<c>drivers/base</c>): buses, classes, devices,
/// modules. One per host.
/// </summary>
public sealed class DriverCore
{
    public DriverCore(TimeProvider clock)
    {
        Clock = clock;
        Tree = new SysfsTree(clock);
        Buses = Top("bus");
        Classes = Top("class");
        Devices = Top("devices");
        Kernel = Top("kernel");
        Modules = Top("module");
        Kobject dev = Top("dev");
        CharDevices = Below(dev, "char");
        Below(dev, "block");
        Virtual = Below(Devices, "virtual");
        IommuGroups = Below(Kernel, "iommu_groups");
        Debug = CreateDirectory(Kernel, new DebugDirectory(Tree)).Value;
        Kernel.AddGroup(new AttributeGroup(
            SysfsAttribute<Kobject>.ReadOnly("uevent_seqnum", static (kobject, page) => SysfsText.Line(page, kobject.Tree.Uevents.SeqNum))));
        Misc = new DeviceClass(this, "misc");
        Misc.Register(announce: false);
    }

    /// <summary>Whose behaviour the host has where kernels differ.</summary>
    public Version KernelVersion { get; init; } = new(7, 2);

    /// <summary>The host's clock; everything that waits or measures takes it from here.</summary>
    public TimeProvider Clock { get; }

    public SysfsTree Tree { get; }

    /// <summary>The nodes below <c>/dev</c>.</summary>
    public Devtmpfs Devtmpfs { get; } = new();

    public KernelLog Log => Tree.Log;

    /// <summary><c>/sys/bus</c>.</summary>
    public Kobject Buses { get; }

    /// <summary><c>/sys/class</c>.</summary>
    public Kobject Classes { get; }

    /// <summary><c>/sys/devices</c>.</summary>
    public Kobject Devices { get; }

    /// <summary><c>/sys/devices/virtual</c>.</summary>
    public Kobject Virtual { get; }

    /// <summary><c>/sys/kernel</c>.</summary>
    public Kobject Kernel { get; }

    /// <summary><c>/sys/kernel/iommu_groups</c>.</summary>
    public Kobject IommuGroups { get; }

    /// <summary><c>/sys/module</c>.</summary>
    public Kobject Modules { get; }

    /// <summary><c>/sys/kernel/debug</c>, where debugfs is mounted.</summary>
    public Kobject Debug { get; }

    /// <summary><c>/sys/class/misc</c>, which every kernel has.</summary>
    public DeviceClass Misc { get; }

    /// <summary>
    /// Guards that the directory of a class below a device is not removed as empty while a device enters it (gdp_mutex of
    /// <c>drivers/base/core.c</c>). Taken before the tree's lock, held for bounded work.
    /// </summary>
    internal Lock GlueGate { get; } = new();

    /// <summary><c>/sys/dev/char</c>.</summary>
    internal Kobject CharDevices { get; }

    /// <summary>A directory without an object type of its own, such as <c>/sys/class/mdev_bus</c> (class_compat_register).</summary>
    public Result<Kobject> CreateDirectory(Kobject parent, string name) =>
        CreateDirectory(parent, new Kobject(Tree, name));

    /// <summary>Puts an object of a type of its own into the tree, without a uevent.</summary>
    public Result<Kobject> CreateDirectory(Kobject parent, Kobject kobject)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(kobject.Tree, Tree);
        Errno error = kobject.AddTo(parent);
        return error == Errno.None ? kobject : error;
    }

    public static void RemoveDirectory(Kobject directory) => directory.RemoveDirectory();

    /// <summary>A link in the directory of <paramref name="from"/>.</summary>
    public static Errno CreateLink(Kobject from, string name, Kobject target) => from.AddLink(new KernfsName(name), target);

    /// <summary>A link named like <paramref name="named"/>; sharing the name spares memory.</summary>
    public static Errno CreateLink(Kobject from, Kobject named, Kobject target) => from.AddLink(named.KernfsName, target);

    public static void RemoveLink(Kobject from, string name) => from.RemoveLink(new KernfsName(name));

    private Kobject Top(string name)
    {
        var kobject = new Kobject(Tree, name);
        kobject.AddTo(null);
        return kobject;
    }

    private Kobject Below(Kobject parent, string name) => CreateDirectory(parent, name).Value;

    private sealed class DebugDirectory(SysfsTree tree) : Kobject(tree, "debug")
    {
        internal override bool IsDebugfs => true;

        /// <summary>What only root may enter (DEBUGFS_DEFAULT_MODE of <c>fs/debugfs/inode.c</c>).</summary>
        public override uint ModeMask => FileModes.Octal(700);
    }
}
