using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Irqs;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Migration.Streams;

namespace VfioMigration.Vendors.I40evf;

/// <summary>The usual arcs, and before saving begins: no doorbell must be mapped, or DMA would start unseen.</summary>
internal sealed class I40evfMigration(
    I40evfDevice device,
    I40evfBar bar,
    I40evfOptions options,
    VfioIrq? remap,
    Action<string> report) : VfioMigrationOps
{
    /// <summary>Bit n of the count: query region n again.</summary>
    private const ulong BarZero = 1;

    private readonly DeviceStateMigration inner =
        new(device, VfioMigrationFlags.VFIO_MIGRATION_P2P | VfioMigrationFlags.VFIO_MIGRATION_PRE_COPY, report);

    public override VfioMigrationFlags Flags => inner.Flags;

    public override ulong StopCopyLength => inner.StopCopyLength;

    public override Errno PerformArc(VfioDeviceState from, VfioDeviceState to)
    {
        Errno error = DeviceStateTable.IsPreCopy(to) && !DeviceStateTable.IsPreCopy(from) ? TrapDoorbells() : Errno.None;
        error = error == Errno.None ? inner.PerformArc(from, to) : error;
        if (error == Errno.None && DeviceStateTable.IsRunning(to) && !DeviceStateTable.IsPreCopy(to))
        {
            bar.TrapsDoorbells = false;
        }

        return error;
    }

    public override SavingStream BeginSaving(VfioDeviceState state) => inner.BeginSaving(state);

    public override ResumingStream BeginResuming() => inner.BeginResuming();

    public override Errno Reset()
    {
        bar.TrapsDoorbells = false;
        return inner.Reset();
    }

    /// <summary>
    /// ENODEV: the user never enabled the interrupt of R50, so it cannot be requested. ETIMEDOUT: it did not acknowledge. EBUSY: the doorbells are mapped
    /// all the same.
    /// </summary>
    private Errno TrapDoorbells()
    {
        if (options.Trap == DoorbellTrap.RemapIrq && !remap!.IsEnabled)
        {
            report("migration: the remap interrupt was never enabled, so doorbell writes cannot be trapped");
            return Errno.ENODEV;
        }

        bar.TrapsDoorbells = true;
        if (options.Trap == DoorbellTrap.RemapIrq && !remap!.RaiseAndWait(BarZero, options.RemapTimeout))
        {
            bar.TrapsDoorbells = false;
            report("migration: the user did not acknowledge the remap interrupt");
            return Errno.ETIMEDOUT;
        }

        if (!bar.DoorbellsAreMapped)
        {
            return Errno.None;
        }

        bar.TrapsDoorbells = false;
        report("migration: the user has the doorbells of BAR 0 mapped");
        return Errno.EBUSY;
    }
}
