using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

using static VfioMigration.Uapi.Vfio.VfioDeviceState;

namespace VfioMigration.Vfio.Migration.Region;

/// <summary>
/// The personality of the RFC of January 2022, never merged: the eight states over the v1 region, with v1's numbers where v1 had the state
/// (R57), and a query per arc instead of flags (R59).
/// </summary>
public sealed class MigrationRegionRfc(MigrationStateMachine machine) : MigrationRegion(machine)
{
    /// <summary>The merged state of each number of the RFC.</summary>
    private static readonly VfioDeviceState[] ByRfcNumber =
    [
        VFIO_DEVICE_STATE_STOP,
        VFIO_DEVICE_STATE_RUNNING,
        VFIO_DEVICE_STATE_STOP_COPY,
        VFIO_DEVICE_STATE_PRE_COPY,
        VFIO_DEVICE_STATE_RESUMING,
        VFIO_DEVICE_STATE_PRE_COPY_P2P,
        VFIO_DEVICE_STATE_ERROR,
        VFIO_DEVICE_STATE_RUNNING_P2P,
    ];

    public override string StateName => ((VfioDeviceStateRfc)Encode()).Name();

    /// <summary>VFIO_DEVICE_MIG_ARC_SUPPORTED: does the driver perform this single arc?</summary>
    public bool IsArcSupported(VfioDeviceStateRfc from, VfioDeviceStateRfc to) =>
        (uint)from <= StateMask
        && (uint)to <= StateMask
        && DeviceStateTable.Arcs(Machine.Flags).Contains((ByRfcNumber[(int)from], ByRfcNumber[(int)to]));

    protected override uint Encode() => (uint)Array.IndexOf(ByRfcNumber, Machine.State);

    protected override Errno Enter(uint value) => Machine.SetStateOrReturn(ByRfcNumber[value]);
}
