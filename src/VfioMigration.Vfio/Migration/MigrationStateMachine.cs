using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Dma;

namespace VfioMigration.Vfio.Migration;

/// <summary>
/// The migration state of one device. Walks from state to state by the arcs the driver performs, opens and ends sessions, and closes the
/// device's window to guest memory where it must not be used.
/// </summary>
/// <remarks>
/// Arcs, resets and stream calls of a device take turns, as under the <c>state_mutex</c> of the kernel's drivers. The turn is the guard's, not a lock: a
/// caller that waits for it can be interrupted, a device that breaks ends the wait, and reading the state needs none.
/// </remarks>
public sealed class MigrationStateMachine
{
    private readonly DmaWindow window;
    private readonly GuardedMigrationOps ops;
    private volatile VfioDeviceState state = VfioDeviceState.VFIO_DEVICE_STATE_RUNNING;
    private volatile MigrationSession? session;

    /// <param name="ops">The driver's part.</param>
    /// <param name="window">The device's way to guest memory.</param>
    /// <param name="guard">The way into the driver; when it breaks, the device is in ERROR.</param>
    public MigrationStateMachine(VfioMigrationOps ops, DmaWindow window, VendorGuard guard)
    {
        this.window = window;
        this.ops = new GuardedMigrationOps(ops, guard);
        Guard = guard;
        guard.Broke += EnterError;
    }

    public VfioMigrationFlags Flags => ops.Flags;

    /// <summary>The way into the driver.</summary>
    public VendorGuard Guard { get; }

    /// <summary>RUNNING when the device appears.</summary>
    public VfioDeviceState State => state;

    /// <summary>The session under way; null when there is none.</summary>
    public MigrationSession? Session => session;

    /// <summary>True when the user opted in to VFIO_PRECOPY_INFO_REINIT (MIG_PRECOPY_INFOv2).</summary>
    public bool ReportsReinit { get; set; }

    /// <summary>Faults to inject; null for none.</summary>
    public IMigrationFaults? Faults { get; set; }

    /// <summary>Raised after every arc, in the caller's turn: the state left and the state reached.</summary>
    public event Action<VfioDeviceState, VfioDeviceState>? Moved;

    /// <summary>
    /// Brings the device into a state, by as many arcs as it takes; the session that the way began, null when it began none. EINVAL without
    /// any effect: no such state, no way, or the device is in ERROR. EINTR while another one is at it. An errno of the driver stops the
    /// walk: the device is then in the last state it reached, or in ERROR.
    /// </summary>
    public Result<MigrationSession?> SetState(VfioDeviceState target, CancellationToken interrupted = default)
    {
        Errno error = Enter(interrupted);
        if (error != Errno.None)
        {
            return error;
        }

        try
        {
            return Walk(target);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>
    /// As <see cref="SetState"/>, but a walk that fails goes back to where it began, as v1 and the RFC require (R63); ERROR when that fails
    /// too.
    /// </summary>
    public Errno SetStateOrReturn(VfioDeviceState target, CancellationToken interrupted = default)
    {
        Errno error = Enter(interrupted);
        if (error != Errno.None)
        {
            return error;
        }

        try
        {
            VfioDeviceState start = state;
            error = Walk(target).Error;
            bool mustReturn = error != Errno.None && state != start && state != VfioDeviceState.VFIO_DEVICE_STATE_ERROR;
            if (mustReturn && !Walk(start).IsOk && state != VfioDeviceState.VFIO_DEVICE_STATE_ERROR)
            {
                EnterError();
            }

            return error;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary><see cref="VfioMigrationOps.StopCopyLength"/>. EINTR as <see cref="SetState"/>.</summary>
    public Result<ulong> GetStopCopyLength(CancellationToken interrupted = default)
    {
        Errno error = Enter(interrupted);
        if (error != Errno.None)
        {
            return error;
        }

        Result<ulong> length = Checked(ops.StopCopyLength());
        Leave();
        return length;
    }

    /// <summary>VFIO_DEVICE_RESET: RUNNING from every state, the session ends. EINTR as <see cref="SetState"/>; ERROR, and the errno of the driver or EIO, when it fails.</summary>
    public Errno Reset(CancellationToken interrupted = default)
    {
        Errno error = Enter(interrupted);
        if (error != Errno.None)
        {
            return error;
        }

        EndSession();
        window.Open();
        error = ops.Reset().Error;
        if (error == Errno.None)
        {
            Move(VfioDeviceState.VFIO_DEVICE_STATE_RUNNING);
        }
        else
        {
            EnterError();
        }

        Leave();
        return error;
    }

    /// <summary>The user has closed the device: its session ends, the state stays (as measured with mtty). The next user opts in for itself.</summary>
    internal void Abandon()
    {
        EndSession();
        ReportsReinit = false;
    }

    internal Errno Enter(CancellationToken interrupted) => Guard.EnterTurn(interrupted);

    internal void Leave() => Guard.LeaveTurn();

    /// <summary>A driver that failed leaves the device in ERROR.</summary>
    internal Result<T> Checked<T>(VendorAnswer<T> answer)
    {
        if (answer.Failed)
        {
            EnterError();
        }

        return answer.Result;
    }

    internal Errno Checked(VendorAnswer answer)
    {
        if (answer.Failed)
        {
            EnterError();
        }

        return answer.Error;
    }

    private void EnterError()
    {
        EndSession();
        window.Close();
        Move(VfioDeviceState.VFIO_DEVICE_STATE_ERROR);
    }

    private Result<MigrationSession?> Walk(VfioDeviceState target)
    {
        MigrationSession? began = null;
        if (!DeviceStateTable.Path(state, target, Flags).TryGet(out IReadOnlyList<VfioDeviceState> path, out Errno error))
        {
            return error;
        }

        foreach (VfioDeviceState next in path.Skip(1))
        {
            VfioDeviceState from = state;
            error = Arc(from, next, ref began);
            if (error != Errno.None)
            {
                Guard.Report($"migration: {from.Name()} -> {next.Name()} on the way to {target.Name()} failed with {Guard.NameOf(error)}, the device is in {state.Name()}");
                return error;
            }
        }

        return began;
    }

    private Errno Arc(VfioDeviceState from, VfioDeviceState to, ref MigrationSession? began)
    {
        if (DeviceStateTable.IsRunning(to))
        {
            window.Open();
        }

        Errno error = Faults?.BeforeArc(from, to) ?? Errno.None;
        VendorAnswer answer = error == Errno.None ? ops.PerformArc(from, to) : new(error, false);
        if (answer.Error != Errno.None)
        {
            Fail(answer);
            return answer.Error;
        }

        if (!DeviceStateTable.IsRunning(to))
        {
            window.Close();
        }

        if (DeviceStateTable.EndsSession(from, to))
        {
            EndSession();
        }

        if (!Begin(from, to).TryGet(out MigrationSession? begun, out error))
        {
            EnterError();
            return error;
        }

        began = begun ?? began;
        Move(to);
        return Errno.None;
    }

    private void Fail(VendorAnswer answer)
    {
        if (answer.Failed || ops.IsBroken || Faults?.BreaksDevice == true)
        {
            EnterError();
        }
        else if (!DeviceStateTable.IsRunning(state))
        {
            window.Close();
        }
    }

    private Result<MigrationSession?> Begin(VfioDeviceState from, VfioDeviceState to)
    {
        MigrationSession? begun = null;
        if (DeviceStateTable.BeginsSaving(from, to))
        {
            if (!ops.BeginSaving(to).TryGet(out GuardedSavingStream saving, out Errno error))
            {
                return error;
            }

            begun = new MigrationSession(this, saving);
        }
        else if (DeviceStateTable.BeginsResuming(from, to))
        {
            if (!ops.BeginResuming().TryGet(out GuardedResumingStream resuming, out Errno error))
            {
                return error;
            }

            begun = new MigrationSession(this, resuming);
        }

        session = begun ?? session;
        return begun;
    }

    private void EndSession()
    {
        session?.End();
        session = null;
    }

    private void Move(VfioDeviceState to)
    {
        VfioDeviceState from = state;
        state = to;
        Moved?.Invoke(from, to);
    }
}
