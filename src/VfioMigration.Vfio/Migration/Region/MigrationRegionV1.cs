using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

using static VfioMigration.Uapi.Vfio.VfioDeviceState;
using static VfioMigration.Uapi.Vfio.VfioDeviceStateV1;

namespace VfioMigration.Vfio.Migration.Region;

/// <summary>
/// The v1 personality (Linux 5.8 to 5.17): bits RUNNING, SAVING, RESUMING. Every driver accepts SAVING|RUNNING; one without pre-copy
/// data keeps running and has nothing to fetch until it is stopped.
/// </summary>
public sealed class MigrationRegionV1 : MigrationRegion
{
    private const VfioDeviceStateV1 PreCopy = VFIO_DEVICE_STATE_V1_SAVING | VFIO_DEVICE_STATE_V1_RUNNING;
    private const VfioDeviceStateV1 Error = VFIO_DEVICE_STATE_V1_SAVING | VFIO_DEVICE_STATE_V1_RESUMING;

    private volatile bool savesWithoutPreCopy;

    public MigrationRegionV1(MigrationStateMachine machine)
        : base(machine) =>
        machine.Moved += (_, _) => savesWithoutPreCopy = false;

    public override string StateName => Current.Name();

    /// <summary>The v1 state that a state of the machine is; the P2P states are passed only on the way.</summary>
    private VfioDeviceStateV1 Current => Machine.State switch
    {
        VFIO_DEVICE_STATE_RUNNING when savesWithoutPreCopy => PreCopy,
        VFIO_DEVICE_STATE_RUNNING or VFIO_DEVICE_STATE_RUNNING_P2P => VFIO_DEVICE_STATE_V1_RUNNING,
        VFIO_DEVICE_STATE_STOP => VFIO_DEVICE_STATE_V1_STOP,
        VFIO_DEVICE_STATE_STOP_COPY => VFIO_DEVICE_STATE_V1_SAVING,
        VFIO_DEVICE_STATE_PRE_COPY or VFIO_DEVICE_STATE_PRE_COPY_P2P => PreCopy,
        VFIO_DEVICE_STATE_RESUMING => VFIO_DEVICE_STATE_V1_RESUMING,
        _ => Error,
    };

    protected override uint Encode() => (uint)Current;

    protected override Errno Enter(uint value)
    {
        var wanted = (VfioDeviceStateV1)value;
        if (!IsValid(wanted) || (wanted == PreCopy && Machine.State == VFIO_DEVICE_STATE_STOP_COPY))
        {
            return Errno.EINVAL;
        }

        bool emptyPreCopy = wanted == PreCopy && !Machine.Flags.HasFlag(VfioMigrationFlags.VFIO_MIGRATION_PRE_COPY);
        VfioDeviceState target = wanted switch
        {
            VFIO_DEVICE_STATE_V1_STOP => VFIO_DEVICE_STATE_STOP,
            VFIO_DEVICE_STATE_V1_RUNNING => VFIO_DEVICE_STATE_RUNNING,
            VFIO_DEVICE_STATE_V1_SAVING => VFIO_DEVICE_STATE_STOP_COPY,
            VFIO_DEVICE_STATE_V1_RESUMING => VFIO_DEVICE_STATE_RESUMING,
            _ => emptyPreCopy ? VFIO_DEVICE_STATE_RUNNING : VFIO_DEVICE_STATE_PRE_COPY,
        };
        bool before = savesWithoutPreCopy;
        Errno error = Machine.SetStateOrReturn(target);
        savesWithoutPreCopy = error == Errno.None ? emptyPreCopy : before && Machine.State == VFIO_DEVICE_STATE_RUNNING;
        return error;
    }

    /// <summary>VFIO_DEVICE_STATE_VALID: with RESUMING nothing else may be set.</summary>
    private static bool IsValid(VfioDeviceStateV1 state) =>
        !state.HasFlag(VFIO_DEVICE_STATE_V1_RESUMING) || state == VFIO_DEVICE_STATE_V1_RESUMING;
}
