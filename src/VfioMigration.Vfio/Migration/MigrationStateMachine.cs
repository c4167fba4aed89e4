using System.Diagnostics.CodeAnalysis;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Dma;
using VfioMigration.Vfio.Faults;

namespace VfioMigration.Vfio.Migration;

/// <summary>
/// The migration state of one device. Walks from state to state by the arcs the driver performs, opens and ends sessions, and closes the
/// device's window to guest memory where it must not be used.
/// </summary>
/// <remarks>
/// Arcs, resets and stream calls of a device take turns, as under the <c>state_mutex</c> of the kernel's drivers. The turn is not a lock: a
/// caller that waits for it can be interrupted, and reading the state needs none.
/// </remarks>
[SuppressMessage("Reliability", "CA1001", Justification = "A SemaphoreSlim whose wait handle nobody asks for holds nothing to dispose.")]
public sealed class MigrationStateMachine
{
    private readonly SemaphoreSlim turn = new(1);
    private readonly DmaWindow window;
    private readonly Action<string> report;
    private volatile VfioDeviceState state = VfioDeviceState.VFIO_DEVICE_STATE_RUNNING;
    private volatile MigrationSession? session;

    /// <param name="ops">The driver's part.</param>
    /// <param name="window">The device's way to guest memory.</param>
    /// <param name="report">Gets a sentence for the kernel log when something went wrong.</param>
    public MigrationStateMachine(VfioMigrationOps ops, DmaWindow window, Action<string> report)
    {
        Ops = ops;
        this.window = window;
        this.report = report;
    }

    public VfioMigrationOps Ops { get; }

    public VfioMigrationFlags Flags => Ops.Flags;

    /// <summary>RUNNING when the device appears.</summary>
    public VfioDeviceState State => state;

    /// <summary>The session under way; null when there is none.</summary>
    public MigrationSession? Session => session;

    /// <summary>True when the user said that it understands VFIO_PRECOPY_INFO_REINIT (MIG_PRECOPY_INFOv2).</summary>
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
    /// As <see cref="SetState"/>, but a walk that fails goes back to where it began, as v1 and the RFC promise (R63); ERROR when that fails
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

    /// <summary><see cref="VfioMigrationOps.StopCopyLength"/> of a driver that may throw. EINTR as <see cref="SetState"/>.</summary>
    public Result<ulong> GetStopCopyLength(CancellationToken interrupted = default)
    {
        Errno error = Enter(interrupted);
        if (error != Errno.None)
        {
            return error;
        }

        try
        {
            return Ops.StopCopyLength;
        }
        catch (Exception bug)
        {
            return Caught(bug, "the size of the state");
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>VFIO_DEVICE_RESET: RUNNING from every state, the session is over. EINTR as <see cref="SetState"/>.</summary>
    public Errno Reset(CancellationToken interrupted = default)
    {
        Errno error = Enter(interrupted);
        if (error != Errno.None)
        {
            return error;
        }

        try
        {
            EndSession();
            window.Open();
            Ops.Reset();
            Move(VfioDeviceState.VFIO_DEVICE_STATE_RUNNING);
            return Errno.None;
        }
        catch (Exception bug)
        {
            return Caught(bug, "reset");
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>The user is gone: its session is over, the state stays (as measured with mtty). The next user opts in for itself.</summary>
    internal void Abandon()
    {
        EndSession();
        ReportsReinit = false;
    }

    internal Errno Enter(CancellationToken interrupted)
    {
        try
        {
            turn.Wait(interrupted);
            return Errno.None;
        }
        catch (OperationCanceledException)
        {
            return Errno.EINTR;
        }
    }

    internal void Leave() => turn.Release();

    /// <summary>A driver threw: that is a bug of it. The device is in ERROR from then on.</summary>
    internal Errno Caught(Exception bug, string where)
    {
        report($"migration: {where} failed with {bug.GetType().Name}: {bug.Message}");
        EnterError();
        return Errno.EIO;
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
                report($"migration: {from.Name()} -> {next.Name()} on the way to {target.Name()} failed with {error.Name()}, the device is in {state.Name()}");
                return error;
            }
        }

        return began;
    }

    private Errno Arc(VfioDeviceState from, VfioDeviceState to, ref MigrationSession? began)
    {
        try
        {
            if (DeviceStateTable.IsRunning(to))
            {
                window.Open();
            }

            Errno error = Faults?.BeforeArc(from, to) ?? Errno.None;
            error = error == Errno.None ? Ops.PerformArc(from, to) : error;
            if (error != Errno.None)
            {
                Fail();
                return error;
            }

            if (!DeviceStateTable.IsRunning(to))
            {
                window.Close();
            }

            if (DeviceStateTable.EndsSession(from, to))
            {
                EndSession();
            }

            began = Begin(from, to) ?? began;
            Move(to);
            return Errno.None;
        }
        catch (Exception bug)
        {
            return Caught(bug, $"{from.Name()} -> {to.Name()}");
        }
    }

    private void Fail()
    {
        if (Ops.IsBroken || Faults?.BreaksDevice == true)
        {
            EnterError();
        }
        else if (!DeviceStateTable.IsRunning(state))
        {
            window.Close();
        }
    }

    private MigrationSession? Begin(VfioDeviceState from, VfioDeviceState to)
    {
        MigrationSession? begun = DeviceStateTable.BeginsSaving(from, to) ? new MigrationSession(this, Ops.BeginSaving(to))
            : DeviceStateTable.BeginsResuming(from, to) ? new MigrationSession(this, Ops.BeginResuming())
            : null;
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
