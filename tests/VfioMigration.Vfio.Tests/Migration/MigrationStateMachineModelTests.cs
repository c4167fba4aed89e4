using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Dma;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Tests.Support;

using static VfioMigration.Vfio.Tests.Support.States;

namespace VfioMigration.Vfio.Tests.Migration;

/// <summary>Random calls with random failures against a model that knows the paths and nothing else.</summary>
public class MigrationStateMachineModelTests
{
    private static readonly Gen<Step> Steps =
        from kind in Gen.Frequency((6, Gen.Constant(Kind.Set)), (3, Gen.Constant(Kind.SetOrReturn)), (1, Gen.Constant(Kind.Reset)))
        from target in Gen.Choose(0, 8)
        from failingArc in Gen.Frequency((2, Gen.Constant(0)), (3, Gen.Choose(1, 6)))
        from failures in Gen.Choose(1, 3)
        from breaks in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        select new Step(kind, (VfioDeviceState)target, failingArc, failures, breaks);

    private enum Kind
    {
        Set,
        SetOrReturn,
        Reset,
    }

    [Fact]
    public void RandomCalls_AreWhatTheModelSays() =>
        Quietly.Check(
            from set in Gen.Elements(FeatureSets.StopCopy, FeatureSets.P2P, FeatureSets.PreCopy, FeatureSets.Everything)
            from steps in Steps.ListOf()
            select (set, steps),
            run => Run(run.set, [.. run.steps]),
            times: 500);

    private static void Run(VfioMigrationFlags flags, Step[] steps)
    {
        var ops = new ScriptedMigrationOps(flags);
        var window = new DmaWindow();
        var machine = new MigrationStateMachine(ops, window, new VendorGuard(new VendorCalls(TimeProvider.System), static _ => { }));
        VfioDeviceState expected = RUNNING;
        foreach (Step step in steps)
        {
            int arcs = 0;
            ops.OnArc = (_, _) => step.Fails(++arcs) ? Errno.ENOSPC : Errno.None;
            ops.Broken = step.Breaks;
            MigrationSession? before = machine.Session;
            (expected, Errno error) = Expect(expected, step, flags);

            Assert.Equal(error, Do(machine, step));

            Assert.Equal(expected, machine.State);
            CheckSession(machine, before);
            Assert.Equal(DeviceStateTable.IsRunning(expected) ? Errno.ENODEV : Errno.EBUSY, window.Write(0, [1]));
        }
    }

    private static Errno Do(MigrationStateMachine machine, Step step) => step.Kind switch
    {
        Kind.Set => machine.SetState(step.Target).Error,
        Kind.SetOrReturn => machine.SetStateOrReturn(step.Target),
        _ => machine.Reset(),
    };

    private static (VfioDeviceState State, Errno Error) Expect(VfioDeviceState state, Step step, VfioMigrationFlags flags)
    {
        if (step.Kind == Kind.Reset)
        {
            return (RUNNING, Errno.None);
        }

        int arcs = 0;
        (VfioDeviceState reached, Errno error) = Walk(state, step.Target, step, flags, ref arcs);
        if (step.Kind == Kind.SetOrReturn && error != Errno.None && reached != state)
        {
            (reached, Errno back) = Walk(reached, state, step, flags, ref arcs);
            reached = back == Errno.None ? reached : ERROR;
        }

        return (reached, error);
    }

    private static (VfioDeviceState State, Errno Error) Walk(
        VfioDeviceState from, VfioDeviceState to, Step step, VfioMigrationFlags flags, ref int arcs)
    {
        if (!DeviceStateTable.Path(from, to, flags).TryGet(out IReadOnlyList<VfioDeviceState> path, out Errno error))
        {
            return (from, error);
        }

        for (int i = 1; i < path.Count; i++)
        {
            if (step.Fails(++arcs))
            {
                return (step.Breaks ? ERROR : path[i - 1], Errno.ENOSPC);
            }
        }

        return (to, Errno.None);
    }

    private static void CheckSession(MigrationStateMachine machine, MigrationSession? before)
    {
        bool has = machine.State is STOP_COPY or RESUMING or PRE_COPY or PRE_COPY_P2P;
        Assert.Equal(has, machine.Session is not null);
        Assert.NotEqual(true, machine.Session?.IsOver);
        Assert.Equal(has && machine.State != RESUMING, machine.Session?.IsSaving == true);
        Assert.True(before is null || before.IsOver == (before != machine.Session));
    }

    /// <summary>The arcs from <paramref name="FailingArc"/> on, that many, fail; none when it is 0.</summary>
    private sealed record Step(Kind Kind, VfioDeviceState Target, int FailingArc, int Failures, bool Breaks)
    {
        internal bool Fails(int arc) => FailingArc != 0 && arc >= FailingArc && arc < FailingArc + Failures;
    }
}
