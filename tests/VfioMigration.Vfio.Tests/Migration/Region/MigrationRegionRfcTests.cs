using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Migration.Region;
using VfioMigration.Vfio.Tests.Support;

using static VfioMigration.Vfio.Tests.Support.MigrationRegionUser;

namespace VfioMigration.Vfio.Tests.Migration.Region;

/// <summary>R57 to R59 and R63.</summary>
public class MigrationRegionRfcTests
{
    private static readonly string[] ByNumber = ["STOP", "RUNNING", "STOP_COPY", "PRE_COPY", "RESUMING", "PRE_COPY_P2P", "ERROR", "RUNNING_P2P"];

    private readonly ScriptedMigrationOps ops = new();
    private readonly TestVfioDevice device;
    private readonly MigrationRegionUser user;

    public MigrationRegionRfcTests()
    {
        device = new TestVfioDevice(ops, MigrationPersonality.Rfc);
        user = new MigrationRegionUser(device);
    }

    public static TheoryData<VfioMigrationFlags> FlagSets => FeatureSets.All;

    [Fact]
    public void NewDevice_IsRunning() => Assert.Equal((1u, "RUNNING"), (user.Read32(DeviceState).Value, device.MigrationRegion!.StateName));

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(2u)]
    [InlineData(3u)]
    [InlineData(4u)]
    [InlineData(5u)]
    [InlineData(7u)]
    public void Number_IsTheStateOfTheRfc(uint number)
    {
        Assert.Equal(Errno.None, user.Write32(DeviceState, 0xFFFFFF00 | number));

        Assert.Equal(States.Parse(ByNumber[number]), device.Migration!.State);
        Assert.Equal((0xFFFFFF00 | number, ByNumber[number]), (user.Read32(DeviceState).Value, device.MigrationRegion!.StateName));
    }

    [Fact]
    public void Error_CannotBeAskedForAndIsSix()
    {
        Assert.Equal(Errno.EINVAL, user.Write32(DeviceState, 6));
        ops.OnArc = (_, _) => Errno.EIO;
        ops.Broken = true;
        user.Write32(DeviceState, 0);

        Assert.Equal((6u, "ERROR"), (user.Read32(DeviceState).Value, device.MigrationRegion!.StateName));
        ops.Broken = false;
        Assert.Equal(Errno.None, device.Reset());
        Assert.Equal(1u, user.Read32(DeviceState).Value);
    }

    [Fact]
    public void StateOfAMissingFeature_IsEINVAL()
    {
        var plain = new MigrationRegionUser(new TestVfioDevice(new ScriptedMigrationOps(FeatureSets.StopCopy), MigrationPersonality.Rfc));

        Assert.All([3u, 5u, 7u], number => Assert.Equal(Errno.EINVAL, plain.Write32(DeviceState, number)));
        Assert.Equal(1u, plain.Read32(DeviceState).Value);
    }

    [Fact]
    public void FailedWalk_GoesBackToWhereItBegan()
    {
        ops.OnArc = (_, to) => to == States.RESUMING ? Errno.ENOMEM : Errno.None;

        Assert.Equal(Errno.ENOMEM, user.Write32(DeviceState, 4));
        Assert.Equal(1u, user.Read32(DeviceState).Value);
    }

    [Fact]
    public void WayBackThatFails_IsError()
    {
        ops.OnArc = (from, _) => from == States.STOP ? Errno.ENOMEM : Errno.None;

        Assert.Equal(Errno.ENOMEM, user.Write32(DeviceState, 4));
        Assert.Equal(6u, user.Read32(DeviceState).Value);
    }

    /// <summary>Every pair of the 8 x 8, and numbers that are no states.</summary>
    [Theory]
    [MemberData(nameof(FlagSets))]
    public void ArcSupported_IsTrueForTheMeasuredArcsOnly(VfioMigrationFlags flags)
    {
        var region = (MigrationRegionRfc)new TestVfioDevice(new ScriptedMigrationOps(flags), MigrationPersonality.Rfc).MigrationRegion!;
        HashSet<(string, string)> arcs =
        [
            .. Goldens.Rows("fsm-arcs.tsv").Where(row => FeatureSets.Parse(row[0]) == flags).Select(row => (row[1], row[2])),
        ];
        for (uint from = 0; from < 10; from++)
        {
            for (uint to = 0; to < 10; to++)
            {
                bool expected = from < 8 && to < 8 && arcs.Contains((ByNumber[from], ByNumber[to]));
                Assert.Equal(expected, region.IsArcSupported((VfioDeviceStateRfc)from, (VfioDeviceStateRfc)to));
            }
        }

        Assert.False(region.IsArcSupported((VfioDeviceStateRfc)uint.MaxValue, VfioDeviceStateRfc.STOP));
    }

    [Fact]
    public void SaveAndResume_MoveTheBytes()
    {
        ops.Saving = _ => new ChunkedSavingStream([1, 2], [3]);
        var collected = new CollectingResumingStream();
        ops.Resuming = () => collected;
        user.Write32(DeviceState, 2);
        List<byte[]> chunks = user.Save();
        user.Write32(DeviceState, 4);

        Assert.Equal(Errno.None, user.Resume(chunks));
        Assert.Equal([[1, 2], [3]], collected.Written);
    }
}
