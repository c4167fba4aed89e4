using VfioMigration.Mdev;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Faults;

namespace VfioMigration.Lab.Faults;

/// <summary>The faults of a host's files. Files of the emulator's own folder are spared, or they could not be cleared.</summary>
public sealed class HostFaultPlan : FaultList<HostFaultRule>, IAttributeFaults
{
    private readonly MdevBus mdev;

    public HostFaultPlan(MdevBus mdev)
    {
        this.mdev = mdev;
        mdev.DeviceCreating += RemoveParentMeanwhile;
    }

    public Errno BeforeShow(Kobject kobject, KernfsAttribute attribute, CancellationToken interrupted) => Apply("show", kobject, attribute, interrupted);

    public Errno BeforeStore(Kobject kobject, KernfsAttribute attribute, CancellationToken interrupted) => Apply("store", kobject, attribute, interrupted);

    private Errno Apply(string verb, Kobject kobject, KernfsAttribute attribute, CancellationToken interrupted)
    {
        if (kobject is IEmulatorObject)
        {
            return Errno.None;
        }

        HostFaultRule? due = FindDue((verb, name: attribute.Name), static (rule, call) =>
            rule.Verb == call.verb && (rule.Name is null || rule.Name == call.name) && rule.IsDue());
        return due is null ? Errno.None
            : due.Delay > TimeSpan.Zero && interrupted.WaitHandle.WaitOne(due.Delay) ? Errno.EINTR
            : due.Error;
    }

    /// <summary>The removal of the parent begins during the creation, and the creation continues.</summary>
    private void RemoveParentMeanwhile(MdevParent parent)
    {
        if (!Rules.Any(rule => rule.Verb == "remove-parent" && rule.Name == parent.Device.Name && rule.IsDue()))
        {
            return;
        }

        new Thread(() => mdev.UnregisterParent(parent)) { IsBackground = true, Name = $"remove {parent.Device.Name}" }.Start();
        SpinWait.SpinUntil(() => parent.IsUnregistering);
    }
}
