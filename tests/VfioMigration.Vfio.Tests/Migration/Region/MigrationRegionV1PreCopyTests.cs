using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Tests.Support;

using static VfioMigration.Vfio.Tests.Support.MigrationRegionUser;

namespace VfioMigration.Vfio.Tests.Migration.Region;

/// <summary>Pre-copy of a driver that has none: every driver must accept it (uapi-v1.md).</summary>
public class MigrationRegionV1PreCopyTests
{
    private readonly ScriptedMigrationOps ops = new(FeatureSets.StopCopy) { Saving = _ => new ChunkedSavingStream([1, 2, 3]) };
    private readonly TestVfioDevice device;
    private readonly MigrationRegionUser user;

    public MigrationRegionV1PreCopyTests()
    {
        device = new TestVfioDevice(ops, MigrationPersonality.V1);
        user = new MigrationRegionUser(device);
    }

    [Fact]
    public void PreCopy_WithoutData_IsRunningWithNothingToFetch()
    {
        Assert.Equal(Errno.None, user.Write32(DeviceState, 3));

        Assert.Equal((3u, 0ul, States.RUNNING), (user.Read32(DeviceState).Value, user.Read64(PendingBytes).Value, device.Migration!.State));
        Assert.Equal("SAVING|RUNNING", device.MigrationRegion!.StateName);
        Assert.Empty(ops.Calls);
    }

    [Fact]
    public void StopAndCopy_AfterThat_HasEverything()
    {
        user.Write32(DeviceState, 3);
        user.Write32(DeviceState, 2);

        Assert.Equal([[1, 2, 3]], user.Save());
        Assert.Equal(2u, user.Read32(DeviceState).Value);
    }

    [Fact]
    public void Running_AfterThat_IsReadBack()
    {
        user.Write32(DeviceState, 3);

        Assert.Equal(Errno.None, user.Write32(DeviceState, 1));
        Assert.Equal(1u, user.Read32(DeviceState).Value);
    }

    [Fact]
    public void FailedStop_IsStillPreCopy()
    {
        user.Write32(DeviceState, 3);
        ops.OnArc = (_, to) => to == States.STOP_COPY ? Errno.EIO : Errno.None;

        Assert.Equal(Errno.EIO, user.Write32(DeviceState, 2));
        Assert.Equal(3u, user.Read32(DeviceState).Value);
    }

    [Fact]
    public void Reset_EndsIt()
    {
        user.Write32(DeviceState, 3);

        Assert.Equal(Errno.None, device.Reset());
        Assert.Equal(1u, user.Read32(DeviceState).Value);
    }

    [Fact]
    public void WayThroughAnotherState_EndsIt()
    {
        user.Write32(DeviceState, 3);
        device.Migration!.SetState(States.STOP);
        device.Migration.SetState(States.RUNNING);

        Assert.Equal(1u, user.Read32(DeviceState).Value);
    }

    [Fact]
    public void PreCopy_OutOfStopOrResuming_Works()
    {
        foreach (uint before in (uint[])[0, 4])
        {
            Assert.Equal(Errno.None, user.Write32(DeviceState, before));
            Assert.Equal(Errno.None, user.Write32(DeviceState, 3));
            Assert.Equal((3u, States.RUNNING), (user.Read32(DeviceState).Value, device.Migration!.State));
        }
    }
}
