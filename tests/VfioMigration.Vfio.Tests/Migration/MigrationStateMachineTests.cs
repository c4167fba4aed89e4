using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Dma;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Tests.Support;
using static VfioMigration.Vfio.Tests.Support.States;

namespace VfioMigration.Vfio.Tests.Migration;

public class MigrationStateMachineTests
{
    private readonly ScriptedMigrationOps ops = new();
    private readonly DmaWindow window = new();
    private readonly List<string> reports = [];
    private readonly MigrationStateMachine machine;

    public MigrationStateMachineTests() => machine = new MigrationStateMachine(ops, window, new VendorGuard(new VendorCalls(TimeProvider.System), reports.Add));

    public static TheoryData<VfioMigrationFlags> FlagSets => FeatureSets.All;

    [Fact]
    public void NewDevice_IsRunningWithoutSession()
    {
        Assert.Equal((RUNNING, null), (machine.State, machine.Session));
        Assert.Equal(Errno.ENODEV, window.Write(0, [1]));
    }

    [Theory]
    [MemberData(nameof(FlagSets))]
    public void Walk_BetweenAnyTwoStates_CallsTheArcsOfThePath(VfioMigrationFlags flags)
    {
        foreach (VfioDeviceState from in All.Where(state => DeviceStateTable.IsSupported(state, flags)))
        {
            foreach (VfioDeviceState to in All.Where(state => DeviceStateTable.Path(from, state, flags).IsOk))
            {
                var driver = new ScriptedMigrationOps(flags);
                var walker = new MigrationStateMachine(driver, new DmaWindow(), new VendorGuard(new VendorCalls(TimeProvider.System), reports.Add));
                Assert.True(walker.SetState(from).IsOk);
                driver.Calls.Clear();

                Assert.True(walker.SetState(to).IsOk);

                IReadOnlyList<VfioDeviceState> path = DeviceStateTable.Path(from, to, flags).Value;
                Assert.Equal(
                    path.Zip(path.Skip(1), (left, reached) => $"{left.Name()} > {reached.Name()}"),
                    driver.Calls.Where(call => call.Contains('>', StringComparison.Ordinal)));
                Assert.Equal(to, walker.State);
            }
        }

        Assert.Empty(reports);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(8u)]
    [InlineData(uint.MaxValue)]
    public void StateThatCannotBeAskedFor_IsEINVALWithoutEffect(uint target)
    {
        Assert.Equal(Errno.EINVAL, machine.SetState((VfioDeviceState)target).Error);
        Assert.Equal(Errno.EINVAL, machine.SetStateOrReturn((VfioDeviceState)target));
        Assert.Equal(RUNNING, machine.State);
        Assert.Empty(ops.Calls);
    }

    [Fact]
    public void StateOfAMissingFeature_IsEINVALWithoutEffect()
    {
        var driver = new ScriptedMigrationOps(FeatureSets.StopCopy);
        var plain = new MigrationStateMachine(driver, window, new VendorGuard(new VendorCalls(TimeProvider.System), reports.Add));

        Assert.All([RUNNING_P2P, PRE_COPY, PRE_COPY_P2P], state => Assert.Equal(Errno.EINVAL, plain.SetState(state).Error));
        Assert.Empty(driver.Calls);
    }

    [Fact]
    public void SameState_IsANoOpWithoutSession()
    {
        Assert.NotNull(machine.SetState(STOP_COPY).Value);
        MigrationSession? session = machine.Session;
        ops.Calls.Clear();
        machine.Moved += (_, _) => Assert.Fail("nothing moved");

        Result<MigrationSession?> again = machine.SetState(STOP_COPY);

        Assert.True(again.IsOk);
        Assert.Null(again.Value);
        Assert.Same(session, machine.Session);
        Assert.Empty(ops.Calls);
    }

    [Fact]
    public void EveryArc_RaisesMoved()
    {
        var moves = new List<(VfioDeviceState, VfioDeviceState)>();
        machine.Moved += (from, to) => moves.Add((from, to));
        machine.SetState(RESUMING);

        Assert.Equal([(RUNNING, RUNNING_P2P), (RUNNING_P2P, STOP), (STOP, RESUMING)], moves);
    }

    [Theory]
    [InlineData(1, "RUNNING")]
    [InlineData(2, "RUNNING_P2P")]
    [InlineData(3, "STOP")]
    public void FailureHalfWay_LeavesTheLastHopReached(int failingArc, string reached)
    {
        int arcs = 0;
        ops.OnArc = (_, _) => ++arcs == failingArc ? Errno.EAGAIN : Errno.None;

        Assert.Equal(Errno.EAGAIN, machine.SetState(RESUMING).Error);

        Assert.Equal((Parse(reached), failingArc), (machine.State, arcs));
        Assert.Null(machine.Session);
        Assert.Contains($"failed with EAGAIN, the device is in {reached}", Assert.Single(reports), StringComparison.Ordinal);
    }

    [Fact]
    public void FailedArc_OfABrokenDevice_IsError()
    {
        machine.SetState(PRE_COPY);
        MigrationSession session = machine.Session!;
        ops.OnArc = (_, _) => Errno.ENXIO;
        ops.Broken = true;

        Assert.Equal(Errno.ENXIO, machine.SetState(STOP_COPY).Error);

        Assert.Equal((ERROR, null, true), (machine.State, machine.Session, session.IsOver));
        Assert.Equal(Errno.EBUSY, window.Write(0, [1]));
    }

    [Fact]
    public void Error_IsLeftByResetOnly()
    {
        BreakIt();
        foreach (VfioDeviceState target in All)
        {
            Assert.Equal(Errno.EINVAL, machine.SetState(target).Error);
            Assert.Equal(Errno.EINVAL, machine.SetStateOrReturn(target));
        }

        ops.Broken = false;
        Assert.Equal(["reset"], TakeCallsAfter(() => Assert.Equal(Errno.None, machine.Reset())));
        Assert.Equal(RUNNING, machine.State);
        Assert.Equal(Errno.ENODEV, window.Write(0, [1]));
    }

    [Theory]
    [InlineData("STOP")]
    [InlineData("RUNNING")]
    [InlineData("STOP_COPY")]
    [InlineData("RESUMING")]
    [InlineData("RUNNING_P2P")]
    [InlineData("PRE_COPY")]
    [InlineData("PRE_COPY_P2P")]
    public void Reset_FromAnyState_IsRunningAndEndsTheSession(string state)
    {
        machine.SetState(Parse(state));
        MigrationSession? session = machine.Session;

        Assert.Equal(Errno.None, machine.Reset());

        Assert.Equal((RUNNING, null), (machine.State, machine.Session));
        Assert.NotEqual(false, session?.IsOver);
        Assert.Equal(Errno.ENODEV, window.Write(0, [1]));
    }

    [Fact]
    public void Reset_ThatThrows_IsEIOAndError()
    {
        ops.OnReset = () => throw new InvalidOperationException("no clock");

        Assert.Equal(Errno.EIO, machine.Reset());
        Assert.Equal(ERROR, machine.State);
        Assert.Equal("reset: driver bug: InvalidOperationException: no clock", Assert.Single(reports));
        Assert.Equal(Errno.EBUSY, window.Write(0, [1]));
    }

    [Fact]
    public void Reset_RunsTheDeviceWithTheWindowOpen()
    {
        machine.SetState(STOP);
        Errno inside = Errno.None;
        ops.OnReset = () => inside = window.Write(0, [1]);

        machine.Reset();

        Assert.Equal(Errno.ENODEV, inside);
    }

    /// <summary>uapi-v2.md, FSM: RUNNING has the device's own view of memory, STOP and what lies behind it none.</summary>
    [Theory]
    [InlineData("STOP", true)]
    [InlineData("STOP_COPY", true)]
    [InlineData("RESUMING", true)]
    [InlineData("RUNNING", false)]
    [InlineData("RUNNING_P2P", false)]
    [InlineData("PRE_COPY", false)]
    [InlineData("PRE_COPY_P2P", false)]
    public void Window_IsClosedWhereTheDeviceHasStopped(string state, bool isClosed)
    {
        machine.SetState(Parse(state));
        Assert.Equal(isClosed ? Errno.EBUSY : Errno.ENODEV, window.Write(0, [1]));
        machine.SetState(RUNNING);
        Assert.Equal(Errno.ENODEV, window.Write(0, [1]));
    }

    [Theory]
    [InlineData("RUNNING", "RUNNING_P2P", "STOP")]
    [InlineData("STOP", "RESUMING", "RUNNING")]
    public void Window_DuringAnArc_IsOpenWhenEitherSideRuns(string one, string other, string third)
    {
        var seen = new List<(VfioDeviceState, VfioDeviceState, Errno)>();
        ops.OnArc = (from, to) =>
        {
            seen.Add((from, to, window.Write(0, [1])));
            return Errno.None;
        };
        Assert.All([one, other, third, one], state => machine.SetState(Parse(state)));

        Assert.All(seen, arc => Assert.Equal(
            DeviceStateTable.IsRunning(arc.Item1) || DeviceStateTable.IsRunning(arc.Item2) ? Errno.ENODEV : Errno.EBUSY,
            arc.Item3));
    }

    [Fact]
    public void Window_AfterAFailedStart_IsClosedAgain()
    {
        machine.SetState(STOP);
        ops.OnArc = (_, _) => Errno.EIO;

        machine.SetState(RUNNING);

        Assert.Equal(Errno.EBUSY, window.Write(0, [1]));
    }

    [Fact]
    public void Window_AfterAFailedStop_StaysOpen()
    {
        ops.OnArc = (_, to) => to == STOP ? Errno.EIO : Errno.None;

        machine.SetState(STOP);

        Assert.Equal((RUNNING_P2P, Errno.ENODEV), (machine.State, window.Write(0, [1])));
    }

    private string[] TakeCallsAfter(Action action)
    {
        ops.Calls.Clear();
        action();
        return ops.TakeCalls();
    }

    private void BreakIt()
    {
        ops.OnArc = (_, _) => Errno.EIO;
        ops.Broken = true;
        machine.SetState(STOP);
        ops.OnArc = (_, _) => Errno.None;
        Assert.Equal(ERROR, machine.State);
    }
}
