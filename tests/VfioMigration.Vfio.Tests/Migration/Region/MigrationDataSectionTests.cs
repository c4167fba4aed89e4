using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Migration.Region;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Tests.Support;

using static VfioMigration.Vfio.Tests.Support.MigrationRegionUser;

namespace VfioMigration.Vfio.Tests.Migration.Region;

/// <summary>uapi-v1.md: the save loop and the resume loop.</summary>
public class MigrationDataSectionTests
{
    private const uint Running = 1;
    private const uint Saving = 2;
    private const uint PreCopy = 3;
    private const uint Resuming = 4;

    private readonly ScriptedMigrationOps ops = new();
    private readonly ChunkedSavingStream stream = new([1, 2, 3], [4, 5], [6]);
    private readonly CollectingResumingStream collected = new();
    private readonly TestVfioDevice device;
    private readonly MigrationRegionUser user;

    public MigrationDataSectionTests()
    {
        ops.Saving = _ => stream;
        ops.Resuming = () => collected;
        device = new TestVfioDevice(ops, MigrationPersonality.V1);
        user = new MigrationRegionUser(device);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(4u)]
    public void NothingToFetch_OutsideTheSavingStates(uint state)
    {
        user.Write32(DeviceState, state);

        Assert.Equal(0ul, user.Read64(PendingBytes).Value);
        Assert.Equal((4096ul, 0ul), (user.Read64(DataOffset).Value, user.Read64(DataSize).Value));
        Assert.Equal(0, stream.Reads);
    }

    [Fact]
    public void PendingBytes_CanBeReadAgainAndAgain()
    {
        user.Write32(DeviceState, Saving);

        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(6ul, user.Read64(PendingBytes).Value));
        Assert.Equal([1, 2, 3], user.Stage());
        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(3ul, user.Read64(PendingBytes).Value));
        Assert.Equal([4, 5], user.Stage());
    }

    [Fact]
    public void DataOffsetTwice_IsTheSameChunk()
    {
        user.Write32(DeviceState, Saving);
        user.Read64(PendingBytes);

        Assert.Equal([1, 2, 3], user.Stage());
        Assert.Equal([1, 2, 3], user.Stage());
        user.Read64(PendingBytes);
        Assert.Equal([4, 5], user.Stage());
    }

    [Fact]
    public void DataOffset_WithoutPendingBytesBefore_StagesToo()
    {
        user.Write32(DeviceState, Saving);

        Assert.Equal([1, 2, 3], user.Stage());
    }

    [Fact]
    public void SaveLoop_GivesTheChunksInTheirOrder()
    {
        user.Write32(DeviceState, Saving);

        Assert.Equal([[1, 2, 3], [4, 5], [6]], user.Save());
        Assert.Equal(0ul, user.Read64(PendingBytes).Value);
    }

    [Fact]
    public void TemporaryEnd_IsNothingToFetchNow()
    {
        stream.AtEnd = Errno.ENOMSG;
        user.Write32(DeviceState, PreCopy);
        Assert.Equal(3, user.Save().Count);
        Assert.Equal(0ul, user.Read64(PendingBytes).Value);

        stream.Add([7]);
        Assert.Equal([[7]], user.Save());
    }

    /// <summary>The user may leave pre-copy whatever pending_bytes says; what was ahead must not be lost.</summary>
    [Fact]
    public void ChunkAhead_SurvivesTheStepToStopAndCopy()
    {
        user.Write32(DeviceState, PreCopy);
        Assert.Equal(6ul, user.Read64(PendingBytes).Value);
        user.Write32(DeviceState, Saving);

        Assert.Equal([[1, 2, 3], [4, 5], [6]], user.Save());
    }

    [Fact]
    public void ChunkOfAnOlderSession_IsVoid()
    {
        user.Write32(DeviceState, Saving);
        Assert.Equal([1, 2, 3], user.Stage());
        user.Write32(DeviceState, Running);
        Assert.Equal(0ul, user.Read64(DataSize).Value);
        ops.Saving = _ => new ChunkedSavingStream([9, 9]);
        user.Write32(DeviceState, Saving);

        Assert.Equal([9, 9], user.Stage());
        Assert.Equal(0ul, user.Read64(PendingBytes).Value);
    }

    [Fact]
    public void DriverThatFails_IsItsErrno()
    {
        stream.AtEnd = Errno.ENXIO;
        user.Write32(DeviceState, Saving);
        for (int i = 0; i < 3; i++)
        {
            user.Read64(PendingBytes);
            user.Stage();
        }

        Assert.Equal(Errno.ENXIO, user.Read64(PendingBytes).Error);
        Assert.Equal(Errno.ENXIO, user.Read64(DataOffset).Error);
    }

    /// <summary>Two who ask at once must not take a chunk from each other.</summary>
    [Fact]
    public async Task ConcurrentLooks_LoseNoChunk()
    {
        using var inside = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        stream.BeforeRead = () =>
        {
            inside.Set();
            Assert.True(goOn.Wait(Background.Patience));
        };
        user.Write32(DeviceState, Saving);
        Task<Result<ulong>> one = Background.Run(() => user.Read64(PendingBytes));
        Assert.True(inside.Wait(Background.Patience));
        Thread? waiting = null;
        Task<Result<ulong>> other = Background.Run(() => user.Read64(PendingBytes), thread => waiting = thread);
        Background.WaitUntilBlocked(waiting!);
        goOn.Set();

        Assert.Equal((6ul, 6ul), ((await one).Value, (await other).Value));
        Assert.Equal([[1, 2, 3], [4, 5], [6]], user.Save());
    }

    [Fact]
    public void ResumeLoop_GivesTheDriverEveryChunkAsItIs()
    {
        user.Write32(DeviceState, Resuming);

        Assert.Equal(Errno.None, user.Resume([[1, 2, 3], [4], new byte[MigrationRegion.DataSectionSize]]));
        Assert.Equal([3, 1, 65536], collected.Written.Select(chunk => chunk.Length));
        Assert.Equal([1, 2, 3], collected.Written[0]);
    }

    [Fact]
    public void DataSize_OfNothing_GivesTheDriverNothing()
    {
        user.Write32(DeviceState, Resuming);

        Assert.Equal(Errno.None, user.Write64(DataSize, 0));
        Assert.Empty(collected.Written);
    }

    [Fact]
    public void DataSize_TooLargeOrOutsideResuming_IsEINVAL()
    {
        Assert.Equal(Errno.EINVAL, user.Write64(DataSize, 1));
        user.Write32(DeviceState, Saving);
        Assert.Equal(Errno.EINVAL, user.Write64(DataSize, 1));
        user.Write32(DeviceState, Resuming);
        Assert.Equal(Errno.EINVAL, user.Write64(DataSize, MigrationRegion.DataSectionSize + 1));
        Assert.Equal(Errno.EINVAL, user.Write64(DataSize, ulong.MaxValue));
        Assert.Empty(collected.Written);
    }

    [Fact]
    public void DriverThatRefuses_EndsTheLoopWithItsErrno()
    {
        collected.BeforeWrite = () => collected.Written.Count == 1 ? Errno.ENOSPC : Errno.None;
        user.Write32(DeviceState, Resuming);

        Assert.Equal(Errno.ENOSPC, user.Resume([[1], [2], [3]]));
        Assert.Equal([[1]], collected.Written);
    }

    [Theory]
    [InlineData(Saving)]
    [InlineData(PreCopy)]
    public void RealDevice_ArrivesAsItWas(uint first)
    {
        FakeMigratableDevice source = new FakeMigratableDevice().Filled(1);
        var destination = new FakeMigratableDevice();
        MigrationRegionUser from = UserOf(source);
        MigrationRegionUser to = UserOf(destination);
        from.Write32(DeviceState, first);
        List<byte[]> chunks = from.Save();
        if (first == PreCopy)
        {
            source.Large.Write(10_000, [1, 2, 3]);
            Assert.Equal(Errno.None, from.Write32(DeviceState, Saving));
            chunks.AddRange(from.Save());
        }

        Assert.Equal(Errno.None, to.Write32(DeviceState, Resuming));
        Assert.Equal(Errno.None, to.Resume(chunks));
        Assert.Equal(Errno.None, to.Write32(DeviceState, Running));
        Assert.Equal(source.Snapshot(), destination.Snapshot());
    }

    private static MigrationRegionUser UserOf(FakeMigratableDevice device) =>
        new(new TestVfioDevice(new DeviceStateMigration(device, FeatureSets.Everything, static _ => { }), MigrationPersonality.V1));
}
