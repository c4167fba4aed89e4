using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

using static VfioMigration.Uapi.Vfio.VfioDeviceState;
using static VfioMigration.Uapi.Vfio.VfioMigrationFlags;

namespace VfioMigration.Vfio.Migration;

/// <summary>
/// The way from any state to any other (vfio_mig_get_next_state of <c>drivers/vfio/vfio_main.c</c>). The table names the next hop for a
/// device that has every state; a device that lacks one passes through it without stopping.
/// </summary>
public static class DeviceStateTable
{
    private const VfioDeviceState ERROR = VFIO_DEVICE_STATE_ERROR;
    private const VfioDeviceState STOP = VFIO_DEVICE_STATE_STOP;
    private const VfioDeviceState RUNNING = VFIO_DEVICE_STATE_RUNNING;
    private const VfioDeviceState STOP_COPY = VFIO_DEVICE_STATE_STOP_COPY;
    private const VfioDeviceState RESUMING = VFIO_DEVICE_STATE_RESUMING;
    private const VfioDeviceState RUNNING_P2P = VFIO_DEVICE_STATE_RUNNING_P2P;
    private const VfioDeviceState PRE_COPY = VFIO_DEVICE_STATE_PRE_COPY;
    private const VfioDeviceState PRE_COPY_P2P = VFIO_DEVICE_STATE_PRE_COPY_P2P;
    private const int Count = (int)VFIO_DEVICE_STATE_NR;

    /// <summary>Row: the state now. Column: the state wanted. Both in the order of the enumeration.</summary>
    private static readonly VfioDeviceState[] NextHop =
    [
        ERROR, ERROR, ERROR, ERROR, ERROR, ERROR, ERROR, ERROR,
        ERROR, STOP, RUNNING_P2P, STOP_COPY, RESUMING, RUNNING_P2P, RUNNING_P2P, RUNNING_P2P,
        ERROR, RUNNING_P2P, RUNNING, RUNNING_P2P, RUNNING_P2P, RUNNING_P2P, PRE_COPY, RUNNING_P2P,
        ERROR, STOP, STOP, STOP_COPY, STOP, STOP, ERROR, ERROR,
        ERROR, STOP, STOP, STOP, RESUMING, STOP, STOP, STOP,
        ERROR, STOP, RUNNING, STOP, STOP, RUNNING_P2P, RUNNING, PRE_COPY_P2P,
        ERROR, RUNNING, RUNNING, PRE_COPY_P2P, RUNNING, RUNNING, PRE_COPY, PRE_COPY_P2P,
        ERROR, RUNNING_P2P, RUNNING_P2P, STOP_COPY, RUNNING_P2P, RUNNING_P2P, PRE_COPY, PRE_COPY_P2P,
    ];

    /// <summary>True when a device with these flags has the state. ERROR cannot be requested.</summary>
    public static bool IsSupported(VfioDeviceState state, VfioMigrationFlags flags) => state switch
    {
        STOP or RUNNING or STOP_COPY or RESUMING => flags.HasFlag(VFIO_MIGRATION_STOP_COPY),
        RUNNING_P2P => flags.HasFlag(VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_P2P),
        PRE_COPY => flags.HasFlag(VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_PRE_COPY),
        PRE_COPY_P2P => flags.HasFlag(VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_P2P | VFIO_MIGRATION_PRE_COPY),
        _ => false,
    };

    /// <summary>
    /// The hop after <paramref name="current"/> on the way to <paramref name="target"/>, itself when that is reached. EINVAL: a state the device does
    /// not have, no way, or out of ERROR, which only a reset leaves.
    /// </summary>
    public static Result<VfioDeviceState> Next(VfioDeviceState current, VfioDeviceState target, VfioMigrationFlags flags)
    {
        if (!IsSupported(current, flags) || !IsSupported(target, flags))
        {
            return Errno.EINVAL;
        }

        VfioDeviceState next = Hop(current, target);
        while (next != ERROR && !IsSupported(next, flags))
        {
            next = Hop(next, target);
        }

        return next == ERROR ? Errno.EINVAL : next;
    }

    /// <summary>All states passed, the first and the last included. Errors as <see cref="Next"/>.</summary>
    public static Result<IReadOnlyList<VfioDeviceState>> Path(VfioDeviceState current, VfioDeviceState target, VfioMigrationFlags flags)
    {
        var path = new List<VfioDeviceState> { current };
        while (true)
        {
            if (!Next(current, target, flags).TryGet(out VfioDeviceState next, out Errno error))
            {
                return error;
            }

            if (current == target)
            {
                return path;
            }

            path.Add(next);
            current = next;
        }
    }

    /// <summary>The arcs a driver with these flags performs: the pairs that are one hop apart.</summary>
    public static IEnumerable<(VfioDeviceState From, VfioDeviceState To)> Arcs(VfioMigrationFlags flags)
    {
        for (VfioDeviceState from = STOP; from < VFIO_DEVICE_STATE_NR; from++)
        {
            for (VfioDeviceState to = STOP; to < VFIO_DEVICE_STATE_NR; to++)
            {
                if (from != to && Next(from, to, flags).TryGet(out VfioDeviceState next) && next == to)
                {
                    yield return (from, to);
                }
            }
        }
    }

    /// <summary>True for the arcs that begin to save.</summary>
    public static bool BeginsSaving(VfioDeviceState from, VfioDeviceState to) =>
        (from, to) is (STOP, STOP_COPY) or (RUNNING, PRE_COPY) or (RUNNING_P2P, PRE_COPY_P2P);

    /// <summary>True for the arc that begins to resume.</summary>
    public static bool BeginsResuming(VfioDeviceState from, VfioDeviceState to) => (from, to) is (STOP, RESUMING);

    /// <summary>True for the arcs after which the data stream of the session has ended.</summary>
    public static bool EndsSession(VfioDeviceState from, VfioDeviceState to) =>
        (from, to) is (STOP_COPY, STOP) or (RESUMING, STOP) or (PRE_COPY, RUNNING) or (PRE_COPY_P2P, RUNNING_P2P);

    /// <summary>True in the states in which the device works and may reach guest memory.</summary>
    public static bool IsRunning(VfioDeviceState state) => state is RUNNING or RUNNING_P2P or PRE_COPY or PRE_COPY_P2P;

    /// <summary>True in the states in which a user may ask for precopy info.</summary>
    public static bool IsPreCopy(VfioDeviceState state) => state is PRE_COPY or PRE_COPY_P2P;

    private static VfioDeviceState Hop(VfioDeviceState from, VfioDeviceState to) => NextHop[((int)from * Count) + (int)to];
}
