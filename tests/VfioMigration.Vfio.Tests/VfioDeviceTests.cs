using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Faults;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Tests.Support;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vfio.Tests;

public class VfioDeviceTests
{
    private readonly List<(ulong Offset, int Length)> accesses = [];
    private readonly TestVfioDevice device;
    private Func<Errno> answer = static () => Errno.None;

    public VfioDeviceTests() => device = new TestVfioDevice(regions: [
        new TrappedRegion(
            100,
            (offset, destination) =>
            {
                accesses.Add((offset, destination.Length));
                return answer();
            },
            (offset, source) =>
            {
                accesses.Add((offset, source.Length));
                return answer();
            }),
        new AbsentRegion(VfioRegionFlags.None, Errno.EFAULT),
    ]);

    [Theory]
    [InlineData(0, 0ul, 100, Errno.None)]
    [InlineData(0, 99ul, 1, Errno.None)]
    [InlineData(0, 100ul, 0, Errno.None)]
    [InlineData(0, 100ul, 1, Errno.EINVAL)]
    [InlineData(0, 99ul, 2, Errno.EINVAL)]
    [InlineData(0, ulong.MaxValue, 1, Errno.EINVAL)]
    [InlineData(0, ulong.MaxValue, 0, Errno.EINVAL)]
    [InlineData(2, 0ul, 1, Errno.EINVAL)]
    [InlineData(-1, 0ul, 1, Errno.EINVAL)]
    [InlineData(int.MinValue, 0ul, 1, Errno.EINVAL)]
    public void Access_StaysInsideTheRegion(int index, ulong offset, int length, Errno expected)
    {
        Assert.Equal(expected, device.ReadRegion(index, offset, new byte[length]));
        Assert.Equal(expected, device.WriteRegion(index, offset, new byte[length]));
        Assert.Equal(expected == Errno.None ? [(offset, length), (offset, length)] : [], accesses);
    }

    /// <summary>NOTES.md, 31: pread of a region of size 0 is EFAULT, wherever.</summary>
    [Theory]
    [InlineData(0ul, 1)]
    [InlineData(4096ul, 4)]
    public void AbsentRegion_IsEFAULT(ulong offset, int length)
    {
        Assert.Equal(Errno.EFAULT, device.ReadRegion(1, offset, new byte[length]));
        Assert.Equal(Errno.EFAULT, device.WriteRegion(1, offset, new byte[length]));
    }

    [Fact]
    public void ErrnoOfTheDriver_IsHandedOn()
    {
        answer = static () => Errno.EAGAIN;

        Assert.Equal((Errno.EAGAIN, Errno.EAGAIN), (device.ReadRegion(0, 0, new byte[1]), device.WriteRegion(0, 0, new byte[1])));
    }

    [Fact]
    public void ThrowingDriver_IsEIOAndALogLine()
    {
        answer = static () => throw new InvalidOperationException("loose cable");

        Assert.Equal((Errno.EIO, Errno.EIO), (device.ReadRegion(0, 16, new byte[1]), device.WriteRegion(0, 17, new byte[1])));
        Assert.Equal(
            [
                " card: region_access: driver bug: InvalidOperationException: loose cable",
                " card: region_access: driver bug: InvalidOperationException: loose cable",
            ],
            device.Log);
    }

    [Fact]
    public void Fault_ReplacesTheAccess()
    {
        device.Faults.Add(FaultRule.Parse("read 0 ENXIO", out _)!);
        device.Faults.Add(FaultRule.Parse("write * EPERM", out _)!);

        Assert.Equal((Errno.ENXIO, Errno.EPERM), (device.ReadRegion(0, 3, new byte[2]), device.WriteRegion(0, 4, new byte[5])));
        Assert.Empty(accesses);
        Assert.Equal(Errno.None, device.ReadRegion(0, 0, new byte[1]));
        Assert.Single(accesses);
    }

    [Fact]
    public void Reset_OfADeviceWithoutMigration_IsTheDrivers()
    {
        Assert.Equal(Errno.None, device.Reset());
        Assert.Equal(["reset"], device.Calls);
    }

    [Fact]
    public void ResetThatThrows_IsEIO()
    {
        device.WasReset = static () => throw new InvalidOperationException("stuck");

        Assert.Equal(Errno.EIO, device.Reset());
        Assert.Equal(" card: reset: driver bug: InvalidOperationException: stuck", Assert.Single(device.Log));
    }

    [Fact]
    public void Reset_OfADeviceWithMigration_IsTheStateMachines()
    {
        var ops = new ScriptedMigrationOps();
        var migratable = new TestVfioDevice(ops);
        migratable.Migration!.SetState(States.STOP);

        Assert.Equal(Errno.None, migratable.Reset());

        Assert.Equal(States.RUNNING, migratable.Migration.State);
        Assert.Empty(migratable.Calls);
        Assert.Equal("reset", ops.Calls[^1]);
    }

    [Theory]
    [InlineData(MigrationPersonality.None, false, 0)]
    [InlineData(MigrationPersonality.V1, true, 1)]
    [InlineData(MigrationPersonality.Rfc, true, 1)]
    [InlineData(MigrationPersonality.V2, true, 0)]
    public void Personality_DecidesAboutTheRegion(MigrationPersonality personality, bool migrates, int regions)
    {
        var other = new TestVfioDevice(new ScriptedMigrationOps(), personality, hasDirtyLog: true);

        Assert.Equal((personality, migrates, migrates), (other.Personality, other.Migration is not null, other.HasDirtyLog));
        Assert.Equal(regions, other.Regions.Count);
        Assert.Equal(regions == 1, other.MigrationRegion is not null);
    }

    [Fact]
    public void NewDevice_HasWhatItWasGiven()
    {
        var other = new VfioDevice(device.Device, VfioDeviceFlags.VFIO_DEVICE_FLAGS_CCW);

        Assert.Equal((VfioDeviceFlags.VFIO_DEVICE_FLAGS_CCW, 0, 0, false), (other.Flags, other.Regions.Count, other.Irqs.Count, other.IsOpen));
        Assert.Null(other.Migration);
        Assert.Null(other.CreateWorkload(new GuestMemory(4096), new WorkloadOptions()));
    }
}
