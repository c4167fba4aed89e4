using VfioMigration.Mdev;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Hosting.Faults;

/// <summary>The faults of a host's files. Files of the emulator's own folder are spared, or they could not be cleared.</summary>
public sealed class HostFaultPlan : IAttributeFaults
{
    private const int MostRules = 256;

    private readonly Lock gate = new();
    private readonly MdevBus mdev;
    private volatile HostFaultRule[] rules = [];

    public HostFaultPlan(MdevBus mdev)
    {
        this.mdev = mdev;
        mdev.DeviceCreating += RemoveParentMeanwhile;
    }

    /// <summary>All that were added and not cleared.</summary>
    public IReadOnlyList<HostFaultRule> Rules => rules;

    /// <summary>Adds a fault. ENOSPC when there are too many.</summary>
    public Errno Add(HostFaultRule rule)
    {
        lock (gate)
        {
            if (rules.Length >= MostRules)
            {
                return Errno.ENOSPC;
            }

            rules = [.. rules, rule];
            return Errno.None;
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            rules = [];
        }
    }

    public Errno BeforeShow(Kobject kobject, KernfsAttribute attribute, CancellationToken interrupted) => Strike("show", kobject, attribute, interrupted);

    public Errno BeforeStore(Kobject kobject, KernfsAttribute attribute, CancellationToken interrupted) => Strike("store", kobject, attribute, interrupted);

    private Errno Strike(string verb, Kobject kobject, KernfsAttribute attribute, CancellationToken interrupted)
    {
        if (rules.Length == 0 || kobject is Emulator.IEmulatorObject)
        {
            return Errno.None;
        }

        HostFaultRule? struck = rules.FirstOrDefault(rule =>
            rule.Verb == verb && (rule.Name is null || rule.Name == attribute.Name) && rule.Strikes());
        return struck is null ? Errno.None
            : struck.Delay > TimeSpan.Zero && interrupted.WaitHandle.WaitOne(struck.Delay) ? Errno.EINTR
            : struck.Error;
    }

    /// <summary>The parent begins to go while the creation is under way, and the creation goes on.</summary>
    private void RemoveParentMeanwhile(MdevParent parent)
    {
        if (!rules.Any(rule => rule.Verb == "remove-parent" && rule.Name == parent.Device.Name && rule.Strikes()))
        {
            return;
        }

        new Thread(() => mdev.UnregisterParent(parent)) { IsBackground = true, Name = $"remove {parent.Device.Name}" }.Start();
        SpinWait.SpinUntil(() => parent.IsUnregistering);
    }
}
