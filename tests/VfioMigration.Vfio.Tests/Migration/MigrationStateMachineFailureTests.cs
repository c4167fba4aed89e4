using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Dma;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Tests.Support;
using static VfioMigration.Vfio.Tests.Support.States;

namespace VfioMigration.Vfio.Tests.Migration;

/// <summary>Drivers that throw or refuse, faults, ways back, and callers that wait.</summary>
public class MigrationStateMachineFailureTests
{
    private readonly ScriptedMigrationOps ops = new();
    private readonly DmaWindow window = new();
    private readonly List<string> reports = [];
    private readonly List<(VfioDeviceState From, VfioDeviceState To)> moves = [];
    private readonly MigrationStateMachine machine;

    public MigrationStateMachineFailureTests()
    {
        machine = new MigrationStateMachine(ops, window, new VendorGuard(new VendorCalls(TimeProvider.System), reports.Add));
        machine.Moved += (from, to) => moves.Add((from, to));
    }

    [Fact]
    public void ThrowingArc_IsEIOAndErrorAndAReport()
    {
        machine.SetState(PRE_COPY_P2P);
        MigrationSession session = machine.Session!;
        ops.OnArc = (_, _) => throw new InvalidOperationException("out of luck");

        Assert.Equal(Errno.EIO, machine.SetState(STOP_COPY).Error);

        Assert.Equal((ERROR, null, true), (machine.State, machine.Session, session.IsOver));
        Assert.Equal("step: driver bug: InvalidOperationException: out of luck", reports[0]);
        Assert.Equal(Errno.EBUSY, window.Write(0, [1]));
    }

    [Fact]
    public void ThrowingSession_IsEIOAndError()
    {
        ops.Saving = _ => throw new NotSupportedException("no stream");

        Assert.Equal(Errno.EIO, machine.SetState(STOP_COPY).Error);
        Assert.Equal((ERROR, null), (machine.State, machine.Session));
    }

    [Fact]
    public void ThrowingStream_IsEIOAndError()
    {
        ops.Saving = _ => new ChunkedSavingStream { BeforeRead = () => throw new NotSupportedException("no bytes") };
        MigrationSession session = machine.SetState(STOP_COPY).Value!;

        Assert.Equal(Errno.EIO, session.Read(new byte[8]).Error);

        Assert.Equal((ERROR, true), (machine.State, session.IsOver));
        Assert.Equal("stream: driver bug: NotSupportedException: no bytes", Assert.Single(reports));
    }

    [Fact]
    public void Fault_BeforeAnArc_IsItsErrnoAndTheDriverIsNotAsked()
    {
        machine.Faults = new ScriptedArcFaults(RUNNING_P2P, STOP, Errno.ENOMEM);

        Assert.Equal(Errno.ENOMEM, machine.SetState(STOP).Error);

        Assert.Equal(["RUNNING > RUNNING_P2P"], ops.Calls);
        Assert.Equal(RUNNING_P2P, machine.State);
        machine.Faults = null;
        Assert.True(machine.SetState(STOP).IsOk);
    }

    [Fact]
    public void Fault_ThatBreaksTheDevice_IsError()
    {
        machine.Faults = new ScriptedArcFaults(RUNNING, RUNNING_P2P, Errno.EIO, breaksDevice: true);

        Assert.Equal(Errno.EIO, machine.SetState(STOP).Error);
        Assert.Equal(ERROR, machine.State);
        Assert.Equal(Errno.EBUSY, window.Write(0, [1]));
    }

    [Fact]
    public void FailedWalk_OfSetStateOrReturn_GoesBackToWhereItBegan()
    {
        ops.OnArc = (_, to) => to == RESUMING ? Errno.ENOMEM : Errno.None;

        Assert.Equal(Errno.ENOMEM, machine.SetStateOrReturn(RESUMING));

        Assert.Equal(RUNNING, machine.State);
        Assert.Equal(
            ["RUNNING > RUNNING_P2P", "RUNNING_P2P > STOP", "STOP > RESUMING", "STOP > RUNNING_P2P", "RUNNING_P2P > RUNNING"],
            ops.Calls);
        Assert.Equal(Errno.ENODEV, window.Write(0, [1]));
    }

    [Fact]
    public void FailedFirstArc_OfSetStateOrReturn_NeedsNoWayBack()
    {
        ops.OnArc = (_, _) => Errno.EBUSY;

        Assert.Equal(Errno.EBUSY, machine.SetStateOrReturn(STOP));
        Assert.Equal(["RUNNING > RUNNING_P2P"], ops.Calls);
        Assert.Equal(RUNNING, machine.State);
    }

    [Fact]
    public void FailedWayBack_IsErrorWithTheWindowClosed()
    {
        machine.SetState(STOP);
        ops.OnArc = (_, to) => to is PRE_COPY or STOP or RUNNING_P2P && machine.State == RUNNING ? Errno.EIO : Errno.None;

        Assert.Equal(Errno.EIO, machine.SetStateOrReturn(PRE_COPY));

        Assert.Equal(ERROR, machine.State);
        Assert.Equal(Errno.EBUSY, window.Write(0, [1]));
    }

    [Fact]
    public void FailedWayBack_EndsTheSession()
    {
        MigrationSession session = machine.SetState(PRE_COPY).Value!;
        ops.OnArc = (from, _) => from == PRE_COPY_P2P ? Errno.EIO : Errno.None;

        Assert.Equal(Errno.EIO, machine.SetStateOrReturn(STOP_COPY));

        Assert.Equal((ERROR, null, true), (machine.State, machine.Session, session.IsOver));
    }

    [Fact]
    public void BrokenDevice_OfSetStateOrReturn_EntersErrorOnce()
    {
        ops.OnArc = (_, _) => Errno.EIO;
        ops.Broken = true;

        Assert.Equal(Errno.EIO, machine.SetStateOrReturn(STOP));

        Assert.Equal([(RUNNING, ERROR)], moves);
    }

    [Fact]
    public async Task CallersDuringAnArc_CanBeInterrupted()
    {
        using var begun = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        MigrationSession session = machine.SetState(STOP_COPY).Value!;
        ops.OnArc = (_, _) =>
        {
            begun.Set();
            Assert.True(goOn.Wait(Background.Patience));
            return Errno.None;
        };
        Task<Result<MigrationSession?>> walk = Background.Run(() => machine.SetState(STOP));
        Assert.True(begun.Wait(Background.Patience));
        using var interrupt = new CancellationTokenSource();
        var waiting = new List<Thread>();
        Task<Errno>[] callers =
        [
            Background.Run(() => machine.SetState(RUNNING, interrupt.Token).Error, waiting.Add),
            Background.Run(() => machine.SetStateOrReturn(RUNNING, interrupt.Token), waiting.Add),
            Background.Run(() => machine.Reset(interrupt.Token), waiting.Add),
            Background.Run(() => session.Read(new byte[1], interrupt.Token).Error, waiting.Add),
            Background.Run(() => session.GetPrecopyInfo(interrupt.Token).Error, waiting.Add),
        ];
        waiting.ForEach(Background.WaitUntilBlocked);
        Assert.Equal(STOP_COPY, machine.State);

        await interrupt.CancelAsync();

        Assert.All(await Task.WhenAll(callers), error => Assert.Equal(Errno.EINTR, error));
        goOn.Set();
        Assert.True((await walk).IsOk);
        Assert.Equal(STOP, machine.State);
    }
}
