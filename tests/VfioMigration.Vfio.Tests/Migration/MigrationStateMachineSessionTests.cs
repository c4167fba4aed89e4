using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Dma;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Tests.Support;
using static VfioMigration.Vfio.Tests.Support.States;

namespace VfioMigration.Vfio.Tests.Migration;

/// <summary>uapi-v2.md, FSM: where sessions begin, go on and end.</summary>
public class MigrationStateMachineSessionTests
{
    private readonly ScriptedMigrationOps ops = new();
    private readonly MigrationStateMachine machine;

    public MigrationStateMachineSessionTests() => machine = new MigrationStateMachine(ops, new DmaWindow(), new VendorGuard(new VendorCalls(TimeProvider.System), static _ => { }));

    [Fact]
    public void EveryArc_BeginsKeepsOrEndsTheSession()
    {
        IReadOnlyList<string[]> rows = Goldens.Rows("fsm-arcs.tsv");
        Assert.All(rows, row =>
        {
            var walker = new MigrationStateMachine(new ScriptedMigrationOps(FeatureSets.Parse(row[0])), new DmaWindow(), new VendorGuard(new VendorCalls(TimeProvider.System), static _ => { }));
            (VfioDeviceState from, VfioDeviceState to) = (Parse(row[1]), Parse(row[2]));
            walker.SetState(from);
            MigrationSession? before = walker.Session;

            MigrationSession? begun = walker.SetState(to).Value;

            Assert.Equal(row[3] == "yes", begun is not null);
            bool ends = (from, to) is (STOP_COPY, STOP) or (PRE_COPY, RUNNING) or (PRE_COPY_P2P, RUNNING_P2P) or (RESUMING, STOP);
            Assert.Equal(ends, before?.IsOver == true);
            Assert.Same(begun ?? (ends ? null : before), walker.Session);
        });
    }

    [Theory]
    [InlineData("STOP_COPY", true, "save in STOP_COPY")]
    [InlineData("PRE_COPY", true, "save in PRE_COPY")]
    [InlineData("PRE_COPY_P2P", true, "save in PRE_COPY_P2P")]
    [InlineData("RESUMING", false, "resume")]
    public void Session_OfAState_HasItsDirection(string state, bool isSaving, string call)
    {
        MigrationSession session = machine.SetState(Parse(state)).Value!;

        Assert.Equal((isSaving, false), (session.IsSaving, session.IsOver));
        Assert.Single(ops.Calls, call);
    }

    [Theory]
    [InlineData("PRE_COPY")]
    [InlineData("PRE_COPY_P2P")]
    public void PreCopySession_InStopCopy_Continues(string preCopy)
    {
        MigrationSession session = machine.SetState(Parse(preCopy)).Value!;

        Assert.Null(machine.SetState(STOP_COPY).Value);

        Assert.Same(session, machine.Session);
        Assert.False(session.IsOver);
    }

    [Fact]
    public void WalkFromOneSessionToAnother_EndsTheFirst()
    {
        MigrationSession saving = machine.SetState(STOP_COPY).Value!;
        MigrationSession resuming = machine.SetState(RESUMING).Value!;
        MigrationSession savingAgain = machine.SetState(STOP_COPY).Value!;

        Assert.Equal((true, true, false), (saving.IsOver, resuming.IsOver, savingAgain.IsOver));
        Assert.Same(savingAgain, machine.Session);
    }

    [Fact]
    public void FailedEndOfASession_LetsItLive()
    {
        MigrationSession session = machine.SetState(RESUMING).Value!;
        ops.OnArc = (_, _) => Uapi.Errno.EINVAL;

        machine.SetState(RUNNING);

        Assert.Equal((RESUMING, false), (machine.State, session.IsOver));
        Assert.Same(session, machine.Session);
    }

    /// <summary>Measured with mtty: the descriptor dies with the user, the state stays.</summary>
    [Fact]
    public void AbandonedSession_IsOverAndTheStateStays()
    {
        MigrationSession session = machine.SetState(STOP_COPY).Value!;

        machine.Abandon();

        Assert.Equal((STOP_COPY, null, true), (machine.State, machine.Session, session.IsOver));
        Assert.True(machine.SetState(STOP).IsOk);
    }

    /// <summary>The kernel clears precopy_info_v2 at the last close: the next user may not know the flag.</summary>
    [Fact]
    public void AbandonedMachine_ForgetsWhatTheUserUnderstood()
    {
        machine.ReportsReinit = true;

        machine.Abandon();

        Assert.False(machine.ReportsReinit);
    }
}
