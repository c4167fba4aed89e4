using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Tests.Support;

using static VfioMigration.Vfio.Tests.Support.States;

namespace VfioMigration.Vfio.Tests.Migration;

public class DeviceStateTableTests
{
    public static TheoryData<VfioMigrationFlags> FlagSets => FeatureSets.All;

    /// <summary>fsm-next-state.tsv: 4 feature sets x 64 pairs.</summary>
    [Fact]
    public void EveryPair_TakesTheMeasuredWay()
    {
        IReadOnlyList<string[]> rows = Goldens.Rows("fsm-next-state.tsv");
        Assert.Equal(256, rows.Count);
        Assert.All(rows, row =>
        {
            VfioMigrationFlags flags = FeatureSets.Parse(row[0]);
            var from = (VfioDeviceState)uint.Parse(row[3]);
            var to = (VfioDeviceState)uint.Parse(row[5]);
            Assert.Equal((row[1], row[2], row[4]), ($"0x{(ulong)flags:x}", from.Name(), to.Name()));
            Assert.Equal(Measured(row[6]), Spell(DeviceStateTable.Next(from, to, flags)));
            Result<IReadOnlyList<VfioDeviceState>> path = DeviceStateTable.Path(from, to, flags);
            Assert.Equal(Measured(row[7]), path.IsOk ? string.Join(" > ", path.Value.Select(state => state.Name())) : path.Error.Name());
            Assert.Equal(row[8] == "yes", path.IsOk && OpensSession(path.Value));
        });
    }

    /// <summary>fsm-arcs.tsv.</summary>
    [Theory]
    [MemberData(nameof(FlagSets))]
    public void Arcs_OfAFeatureSet_AreTheMeasuredOnes(VfioMigrationFlags flags)
    {
        (VfioDeviceState From, VfioDeviceState To, bool Opens)[] measured = MeasuredArcs(flags);

        Assert.Equal(
            measured.Select(arc => (arc.From, arc.To)).Order(),
            DeviceStateTable.Arcs(flags).Order());
        Assert.All(measured, arc => Assert.Equal(
            arc.Opens,
            DeviceStateTable.BeginsSaving(arc.From, arc.To) || DeviceStateTable.BeginsResuming(arc.From, arc.To)));
    }

    [Theory]
    [InlineData(FeatureSets.StopCopy, 6)]
    [InlineData(FeatureSets.P2P, 8)]
    [InlineData(FeatureSets.PreCopy, 9)]
    [InlineData(FeatureSets.Everything, 15)]
    public void Arcs_OfAFeatureSet_AreThatMany(VfioMigrationFlags flags, int count) =>
        Assert.Equal(count, DeviceStateTable.Arcs(flags).Count());

    /// <summary>
    /// R58: the shortest way over the arcs, without a state of the saving group in between unless both ends are of that group; out of
    /// STOP_COPY none to pre-copy.
    /// </summary>
    [Theory]
    [MemberData(nameof(FlagSets))]
    public void EveryPath_IsAShortestOverTheMeasuredArcs(VfioMigrationFlags flags)
    {
        (VfioDeviceState From, VfioDeviceState To)[] arcs = [.. MeasuredArcs(flags).Select(arc => (arc.From, arc.To))];
        foreach (VfioDeviceState from in All)
        {
            foreach (VfioDeviceState to in All)
            {
                List<VfioDeviceState[]> shortest = ShortestPaths(from, to, arcs, flags);
                Result<IReadOnlyList<VfioDeviceState>> path = DeviceStateTable.Path(from, to, flags);
                Assert.True(path.IsOk == (shortest.Count > 0), $"{from.Name()} to {to.Name()}: {path.Error.Name()}");
                if (path.IsOk)
                {
                    Assert.Contains(shortest, candidate => candidate.SequenceEqual(path.Value));
                }
            }
        }
    }

    /// <summary>uapi-v2.md, FSM: the only pairs of supported states without a way.</summary>
    [Fact]
    public void ForbiddenPairs_AreStopCopyToPreCopyOnly()
    {
        IEnumerable<(VfioDeviceState, VfioDeviceState)> forbidden =
            from one in All
            from other in All
            where one != ERROR && other != ERROR && !DeviceStateTable.Next(one, other, FeatureSets.Everything).IsOk
            select (one, other);

        Assert.Equal([(STOP_COPY, PRE_COPY), (STOP_COPY, PRE_COPY_P2P)], forbidden);
    }

    [Fact]
    public void SessionEnds_OnTheArcsThatLeaveIt() =>
        Assert.Equal(
            [(STOP_COPY, STOP), (RESUMING, STOP), (PRE_COPY, RUNNING), (PRE_COPY_P2P, RUNNING_P2P)],
            DeviceStateTable.Arcs(FeatureSets.Everything).Where(arc => DeviceStateTable.EndsSession(arc.From, arc.To)));

    [Fact]
    public void NumbersBeyondTheLastState_AreEINVAL()
    {
        foreach (uint number in (uint[])[8, 9, 255, uint.MaxValue])
        {
            Assert.Equal(Errno.EINVAL, DeviceStateTable.Next(RUNNING, (VfioDeviceState)number, FeatureSets.Everything).Error);
            Assert.Equal(Errno.EINVAL, DeviceStateTable.Path((VfioDeviceState)number, RUNNING, FeatureSets.Everything).Error);
        }
    }

    [Fact]
    public void RunningAndPreCopyStates_AreTheOnesOfTheUapi()
    {
        Assert.Equal([RUNNING, RUNNING_P2P, PRE_COPY, PRE_COPY_P2P], All.Where(DeviceStateTable.IsRunning));
        Assert.Equal([PRE_COPY, PRE_COPY_P2P], All.Where(DeviceStateTable.IsPreCopy));
    }

    [Fact]
    public void OptionalFlags_WithoutStopCopy_SupportNothing() =>
        Assert.DoesNotContain(
            All,
            state => DeviceStateTable.IsSupported(state, VfioMigrationFlags.VFIO_MIGRATION_P2P | VfioMigrationFlags.VFIO_MIGRATION_PRE_COPY));

    private static string Measured(string cell) => cell.Replace("(WARN)", "", StringComparison.Ordinal);

    private static string Spell(Result<VfioDeviceState> next) => next.IsOk ? next.Value.Name() : next.Error.Name();

    private static bool OpensSession(IReadOnlyList<VfioDeviceState> path) =>
        path.Count > 1 && (DeviceStateTable.BeginsSaving(path[^2], path[^1]) || DeviceStateTable.BeginsResuming(path[^2], path[^1]));

    private static (VfioDeviceState From, VfioDeviceState To, bool Opens)[] MeasuredArcs(VfioMigrationFlags flags) =>
    [
        .. Goldens.Rows("fsm-arcs.tsv")
            .Where(row => FeatureSets.Parse(row[0]) == flags)
            .Select(row => (Parse(row[1]), Parse(row[2]), row[3] == "yes")),
    ];

    /// <summary>Breadth first, all ways of the least length.</summary>
    private static List<VfioDeviceState[]> ShortestPaths(
        VfioDeviceState from,
        VfioDeviceState to,
        (VfioDeviceState From, VfioDeviceState To)[] arcs,
        VfioMigrationFlags flags)
    {
        if (!DeviceStateTable.IsSupported(from, flags)
            || !DeviceStateTable.IsSupported(to, flags)
            || (from, to) is (STOP_COPY, PRE_COPY or PRE_COPY_P2P))
        {
            return [];
        }

        bool staysInGroup = IsInSavingGroup(from) && IsInSavingGroup(to);
        List<VfioDeviceState[]> reached = [[from]];
        for (int length = 0; length < All.Count; length++)
        {
            List<VfioDeviceState[]> arrived = [.. reached.Where(path => path[^1] == to)];
            if (arrived.Count > 0)
            {
                return arrived;
            }

            reached =
            [
                .. from path in reached
                   where path.Length == 1 || !IsInSavingGroup(path[^1]) || staysInGroup
                   from arc in arcs
                   where arc.From == path[^1] && !path.Contains(arc.To)
                   select (VfioDeviceState[])[.. path, arc.To],
            ];
        }

        return [];
    }

    private static bool IsInSavingGroup(VfioDeviceState state) => state is STOP_COPY or PRE_COPY or PRE_COPY_P2P;
}
