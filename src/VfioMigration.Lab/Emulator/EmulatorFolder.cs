using VfioMigration.Lab.Dialects;
using VfioMigration.Lab.Faults;
using VfioMigration.Lab.Guests;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Lab.Emulator;

/// <summary>
/// <c>/sys/kernel/debug/vfiomig</c>: what the kernel offers by ioctl only, as files, one directory per VFIO device; and the host's faults.
/// </summary>
internal sealed class EmulatorFolder : Kobject, IEmulatorObject
{
    private static readonly AttributeGroup Files = new(
        SysfsAttribute<EmulatorFolder>.ReadWrite(
            "inject",
            static (folder, page) => SysfsText.Lines(page, string.Concat(folder.faults.Rules.Select(rule => rule.Text + "\n"))),
            static (folder, value) => folder.Inject(value)),
        new SysfsSessionAttribute<EmulatorFolder>("compatibility", static folder => new CompatibilitySession(folder.compatibility)),
        new SysfsSessionAttribute<EmulatorFolder>("errnos", static folder => new ListingSession(folder.ListErrnos), FileModes.Octal(444)),
        SysfsAttribute<EmulatorFolder>.ReadOnly("kmsg", static (folder, page) => SysfsText.Lines(page, folder.LastMessages())));

    private readonly DriverCore core;
    private readonly GuestTable guests;
    private readonly HostFaultPlan faults;
    private readonly CompatibilityTable compatibility;
    private readonly ModuleList modules;

    internal EmulatorFolder(DriverCore core, VfioCore vfio, GuestTable guests, HostFaultPlan faults, CompatibilityTable compatibility, ModuleList modules)
        : base(core.Tree, "vfiomig")
    {
        this.core = core;
        this.guests = guests;
        this.faults = faults;
        this.compatibility = compatibility;
        this.modules = modules;
        core.CreateDirectory(core.Debug, this);
        AddGroup(Files);
        vfio.DeviceRegistered += Add;
        vfio.DeviceUnregistering += Remove;
    }

    public override uint ModeMask => FileModes.Octal(700);

    private void Add(VfioDevice device)
    {
        var directory = new EmulatorDevice(device, guests);
        if (core.CreateDirectory(this, directory).IsOk)
        {
            directory.AddFiles();
        }
    }

    /// <summary>The last user has closed the device: until then its guest could still be queried and stopped here.</summary>
    private void Remove(VfioDevice device)
    {
        if (FindChild(device.Device) is EmulatorDevice directory && directory.Device == device)
        {
            DriverCore.RemoveDirectory(directory);
        }
    }

    /// <summary><c>MODULE NAME=NUMBER</c> a line: what user space cannot know of a number that Linux does not name.</summary>
    private string ListErrnos() => string.Concat(modules.Loaded
        .Select(modules.Find)
        .OfType<KernelModule>()
        .SelectMany(static module => module.Guarded.Errnos.Declared.Select(one => $"{module.Name} {one.Key}={one.Value}\n")));

    /// <summary>As much of the end of the kernel log as fits into a page, whole lines.</summary>
    private string LastMessages()
    {
        var lines = new Stack<string>();
        int length = 0;
        foreach (KernelLogRecord record in Tree.Log.Snapshot().Reverse())
        {
            string line = record + "\n";
            length += System.Text.Encoding.UTF8.GetByteCount(line);
            if (length > SysfsAttribute.MaxShown && lines.Count > 0)
            {
                break;
            }

            lines.Push(line);
        }

        return string.Concat(lines);
    }

    /// <summary>A rule per line; <c>clear</c> takes all back. EINVAL for what is no rule, with the reason in the kernel log.</summary>
    private Errno Inject(ReadOnlySpan<byte> value) => InjectText.Take(
        value,
        faults.Clear,
        text =>
        {
            HostFaultRule? rule = HostFaultRule.Parse(text, out string? problem);
            return rule is null ? (Errno.EINVAL, problem) : (faults.Add(rule), null);
        },
        problem => Tree.Log.Write(LogLevels.Warning, $"vfiomig: inject: {problem}"));
}
