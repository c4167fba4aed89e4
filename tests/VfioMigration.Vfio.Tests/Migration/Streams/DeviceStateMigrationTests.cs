using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Tests.Support;

using static VfioMigration.Vfio.Tests.Support.States;

namespace VfioMigration.Vfio.Tests.Migration.Streams;

public class DeviceStateMigrationTests
{
    private readonly FakeMigratableDevice source = new FakeMigratableDevice().Filled(1);
    private readonly FakeMigratableDevice destination = new FakeMigratableDevice().Filled(2);

    [Theory]
    [InlineData(VfioMigrationFlags.None, FeatureSets.StopCopy)]
    [InlineData(VfioMigrationFlags.VFIO_MIGRATION_PRE_COPY, FeatureSets.PreCopy)]
    public void Flags_AlwaysHaveStopCopy(VfioMigrationFlags given, VfioMigrationFlags expected) =>
        Assert.Equal(expected, new FakeMigratableDevice(flags: given).Migration.Flags);

    [Fact]
    public void Device_IsPausedExactlyWhileItIsStopped()
    {
        foreach (VfioDeviceState state in All.Skip(1).Concat(All.Skip(1).Reverse()).Where(state => state != RESUMING))
        {
            source.Machine.SetState(state);
            Assert.Equal(!DeviceStateTable.IsRunning(source.Machine.State), source.IsPaused);
        }

        source.Machine.SetState(STOP);
        source.Calls.Clear();
        source.Machine.SetState(STOP_COPY);
        Assert.Empty(source.Calls);
    }

    [Fact]
    public void Reset_IsANewDeviceThatRuns()
    {
        source.Machine.SetState(STOP_COPY);
        source.Calls.Clear();

        Assert.Equal(Errno.None, source.Machine.Reset());

        Assert.Equal(["reset", "continue"], source.Calls);
        Assert.All(source.Snapshot(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void PauseThatTheDriverRefuses_LeavesTheDeviceRunningAndSavesNothing()
    {
        source.Failures["pause"] = Errno.EBUSY;

        Assert.Equal(Errno.EBUSY, source.Machine.SetState(STOP_COPY).Error);

        Assert.Equal(RUNNING_P2P, source.Machine.State);
        Assert.False(source.IsPaused);
        source.Failures.Clear();
        Assert.True(source.Machine.SetState(STOP_COPY).IsOk);
    }

    [Fact]
    public void PauseThatTheDriverRefusesInPreCopy_LeavesTheSessionWhole()
    {
        MigrationSession session = source.Machine.SetState(PRE_COPY).Value!;
        source.Failures["pause"] = Errno.EBUSY;

        Assert.Equal(Errno.EBUSY, source.Machine.SetState(STOP_COPY).Error);

        Assert.Equal(PRE_COPY_P2P, source.Machine.State);
        source.Failures.Clear();
        Assert.True(source.Machine.SetState(STOP_COPY).IsOk);
        byte[] stream = session.ReadToEnd();
        Assert.Equal(Errno.None, destination.Machine.SetState(RESUMING).Value!.Write(stream));
        Assert.True(destination.Machine.SetState(STOP).IsOk);
        Assert.Equal(source.Snapshot(), destination.Snapshot());
    }

    [Fact]
    public void ContinueThatTheDriverRefuses_LeavesTheDeviceStopped()
    {
        source.Machine.SetState(STOP);
        source.Failures["continue"] = Errno.EAGAIN;

        Assert.Equal(Errno.EAGAIN, source.Machine.SetState(RUNNING).Error);

        Assert.Equal(STOP, source.Machine.State);
        source.Failures.Clear();
        Assert.True(source.Machine.SetState(RUNNING).IsOk);
    }

    [Theory]
    [InlineData("reset")]
    [InlineData("continue")]
    public void ResetThatTheDriverRefuses_IsItsErrnoAndError(string callback)
    {
        source.Machine.SetState(STOP);
        source.Failures[callback] = Errno.ENODEV;

        Assert.Equal(Errno.ENODEV, source.Machine.Reset());

        Assert.Equal(ERROR, source.Machine.State);
        source.Failures.Clear();
        Assert.Equal(Errno.None, source.Machine.Reset());
        Assert.Equal(RUNNING, source.Machine.State);
    }

    [Fact]
    public void StateThatWasLoaded_IsThereOnlyAfterStop()
    {
        byte[] untouched = destination.Snapshot();
        byte[] stream = source.SaveStopped();
        MigrationSession session = destination.Machine.SetState(RESUMING).Value!;
        Assert.Equal(Errno.None, session.Write(stream));
        Assert.Equal(untouched, destination.Snapshot());

        Assert.True(destination.Machine.SetState(STOP).IsOk);

        Assert.Equal(source.Snapshot(), destination.Snapshot());
        Assert.True(session.IsOver);
        Assert.Empty(destination.Reports);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    public void OlderOrSameMinor_IsLoadedAndTheDeviceToldWhich(ushort major, ushort minor)
    {
        var old = new FakeMigratableDevice { StateVersion = (major, minor) };

        Assert.Equal(Errno.None, Move(old));

        Assert.Equal(minor, destination.LoadedMinor);
    }

    [Theory]
    [InlineData(1, 3, "version 1.3 cannot be loaded by version 1.2")]
    [InlineData(0, 2, "version 0.2 cannot be loaded by version 1.2")]
    [InlineData(2, 0, "version 2.0 cannot be loaded by version 1.2")]
    public void NewerMinorOrOtherMajor_IsRefusedByItsFirstBytes(ushort major, ushort minor, string reason) =>
        AssertRefusedByTheHeader(new FakeMigratableDevice { StateVersion = (major, minor) }, reason);

    [Fact]
    public void ForeignDescription_IsRefusedByItsFirstBytes() =>
        AssertRefusedByTheHeader(
            new FakeMigratableDevice { StateDescription = "other 2x2" },
            "the stream is for device 'other 2x2', this device is 'fake 1x1'");

    [Fact]
    public void OtherMemory_IsRefusedByItsFirstBytes() =>
        AssertRefusedByTheHeader(new FakeMigratableDevice(largePages: 71), $"memory 1 has {71 * Page.Size} bytes in the stream, {70 * Page.Size} in this device");

    [Fact]
    public void RefusedDevice_CanTakeAnotherStreamAfterReset()
    {
        Assert.Equal(Errno.EINVAL, Move(new FakeMigratableDevice { StateVersion = (9, 9) }));
        Assert.Equal(RESUMING, destination.Machine.State);
        Assert.Equal(Errno.None, destination.Machine.Reset());

        Assert.Equal(Errno.None, Move(source));
        Assert.Equal(source.Snapshot(), destination.Snapshot());
    }

    [Fact]
    public void SecondLoad_UsesTheMemoryTheFirstReplaced()
    {
        Memory<byte> original = destination.Large.Bytes;
        Move(source);
        Memory<byte> second = destination.Large.Bytes;
        Assert.False(second.Equals(original));
        source.Filled(5);

        Assert.Equal(Errno.None, Move(source));

        Assert.True(destination.Large.Bytes.Equals(original));
        Assert.Equal(source.Snapshot(), destination.Snapshot());
        Move(source);
        Assert.True(destination.Large.Bytes.Equals(second));
    }

    [Fact]
    public void PreCopy_OfAChangingDevice_ArrivesAsItWasWhenItStopped()
    {
        MigrationSession session = source.Machine.SetState(PRE_COPY).Value!;
        var stream = new MemoryStream();
        for (int round = 0; round < 5; round++)
        {
            stream.Write(session.ReadToTemporaryEnd(50_000));
            source.Large.Write(round * 9000, [1, 2, 3]);
            source.Registers[0]++;
        }

        Assert.Null(source.Machine.SetState(STOP_COPY).Value);
        stream.Write(session.ReadToEnd(3000));

        Assert.Equal(Errno.None, Load(stream.ToArray()));
        Assert.Equal(source.Snapshot(), destination.Snapshot());
    }

    /// <summary>A device that writes its memory on a thread of its own until it is paused.</summary>
    [Fact]
    public void PreCopy_OfADeviceThatWritesMeanwhile_LosesNothing()
    {
        int writes = 0;
        using var stop = new CancellationTokenSource();
        var worker = new Thread(() =>
        {
            var random = new Random(3);
            byte[] bytes = new byte[64];
            while (!stop.IsCancellationRequested)
            {
                random.NextBytes(bytes);
                source.Large.Write(random.Next(source.Large.Length - bytes.Length), bytes);
                source.Small.Write(random.Next(source.Small.Length - bytes.Length), bytes);
                Interlocked.Increment(ref writes);
            }
        });
        source.OnPause = () =>
        {
            stop.Cancel();
            worker.Join();
        };
        worker.Start();
        MigrationSession session = source.Machine.SetState(PRE_COPY).Value!;
        var stream = new MemoryStream();
        byte[] buffer = new byte[20_000];
        while (Volatile.Read(ref writes) < 1000)
        {
            stream.Write(buffer, 0, session.Read(buffer).TryGet(out int count) ? count : 0);
        }

        source.Machine.SetState(STOP_COPY);
        stream.Write(session.ReadToEnd());

        Assert.Equal(Errno.None, Load(stream.ToArray()));
        Assert.Equal(source.Snapshot(), destination.Snapshot());
    }

    [Fact]
    public void StopCopyLength_IsWhatRemainsToBeSent()
    {
        ulong memory = (ulong)(source.Small.Length + source.Large.Length);
        Assert.InRange(Length(), memory, memory + 4096);
        MigrationSession session = source.Machine.SetState(PRE_COPY).Value!;
        Assert.InRange(Length(), memory, memory + 4096);

        session.ReadToTemporaryEnd();
        Assert.InRange(Length(), 1ul, 4096ul);
        source.Large.Write(0, [1]);
        Assert.InRange(Length(), 4096ul, 8192ul);

        ulong Length() => source.Machine.GetStopCopyLength().Value;
    }

    [Fact]
    public void DeviceWithoutMemory_MovesItsRegisters()
    {
        var bare = new MemorylessDevice { Register = 17 };
        byte[] stream = bare.Machine.SetState(STOP_COPY).Value!.ReadToEnd();
        var other = new MemorylessDevice();
        other.Machine.SetState(RESUMING).Value!.WriteAll(stream, 5);

        Assert.True(other.Machine.SetState(RUNNING).IsOk);
        Assert.Equal(17u, other.Register);
    }

    private Errno Move(FakeMigratableDevice from) => Load(from.SaveStopped());

    private Errno Load(byte[] stream)
    {
        Errno error = destination.Machine.SetState(RESUMING).Value!.WriteAll(stream, 70_000);
        return error != Errno.None ? error : destination.Machine.SetState(RUNNING).Error;
    }

    private void AssertRefusedByTheHeader(FakeMigratableDevice from, string reason)
    {
        byte[] untouched = destination.Snapshot();
        byte[] header = StateStreams.Units(from.SaveStopped())[0];
        MigrationSession session = destination.Machine.SetState(RESUMING).Value!;

        Assert.Equal(Errno.EINVAL, session.WriteAll(header, 7));

        Assert.Equal($"migration: state refused: {reason}", Assert.Single(destination.Reports));
        Assert.Equal(Errno.EINVAL, destination.Machine.SetState(STOP).Error);
        Assert.Equal(untouched, destination.Snapshot());
    }
}
