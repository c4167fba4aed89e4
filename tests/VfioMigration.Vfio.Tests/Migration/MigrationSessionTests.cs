using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Dma;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Tests.Support;
using static VfioMigration.Vfio.Tests.Support.States;

namespace VfioMigration.Vfio.Tests.Migration;

public class MigrationSessionTests
{
    private readonly ScriptedMigrationOps ops = new();
    private readonly ChunkedSavingStream saving = new([1, 2, 3, 4]);
    private readonly CollectingResumingStream resuming = new();
    private readonly List<string> reports = [];
    private readonly MigrationStateMachine machine;

    public MigrationSessionTests()
    {
        ops.Saving = _ => saving;
        ops.Resuming = () => resuming;
        machine = new MigrationStateMachine(ops, new DmaWindow(), new VendorGuard(new VendorCalls(TimeProvider.System), reports.Add));
    }

    [Fact]
    public void SavingSession_GivesTheDriversBytesAndItsErrno()
    {
        MigrationSession session = machine.SetState(STOP_COPY).Value!;
        byte[] buffer = new byte[3];

        Assert.Equal(4ul, session.PendingBytes);
        Assert.Equal(3, session.Read(buffer).Value);
        Assert.Equal([1, 2, 3], buffer);
        Assert.Equal((1, 0ul), (session.Read(buffer).Value, session.PendingBytes));
        Assert.Equal(0, session.Read(buffer).Value);
        saving.AtEnd = Errno.EIO;
        Assert.Equal(Errno.EIO, session.Read(buffer).Error);
        Assert.Equal(STOP_COPY, machine.State);
    }

    [Fact]
    public void ResumingSession_HandsOnBytesAndErrno()
    {
        MigrationSession session = machine.SetState(RESUMING).Value!;

        Assert.Equal(Errno.None, session.Write([1, 2]));
        resuming.BeforeWrite = static () => Errno.ENOMEM;
        Assert.Equal(Errno.ENOMEM, session.Write([3]));

        Assert.Equal([[1, 2]], resuming.Written);
        Assert.Equal(0ul, session.PendingBytes);
    }

    /// <summary>NOTES.md, 27: the wrong direction is EBADF, also on a session that is over.</summary>
    [Fact]
    public void WrongDirection_IsEBADF()
    {
        MigrationSession readable = machine.SetState(STOP_COPY).Value!;
        Assert.Equal(Errno.EBADF, readable.Write([1]));
        MigrationSession writable = machine.SetState(RESUMING).Value!;
        Assert.Equal(Errno.EBADF, writable.Read(new byte[1]).Error);
        machine.Reset();

        Assert.Equal((Errno.EBADF, Errno.EBADF), (readable.Write([1]), writable.Read(new byte[1]).Error));
    }

    [Fact]
    public void SessionThatIsOver_IsENODEV()
    {
        MigrationSession readable = machine.SetState(STOP_COPY).Value!;
        MigrationSession writable = machine.SetState(RESUMING).Value!;
        machine.SetState(STOP);

        Assert.Equal((Errno.ENODEV, Errno.ENODEV), (readable.Read(new byte[1]).Error, writable.Write([1])));
        Assert.Equal((0ul, true, true), (readable.PendingBytes, readable.IsOver, writable.IsOver));
        Assert.Empty(resuming.Written);
        Assert.Equal(0, saving.Reads);
    }

    [Fact]
    public void DriverThatClaimsMoreThanThereIsRoomFor_IsEIO()
    {
        ops.Saving = _ => new LyingSavingStream(9);
        MigrationSession session = machine.SetState(STOP_COPY).Value!;
        Assert.Equal(9, session.Read(new byte[9]).Value);
        Assert.Equal(Errno.EIO, session.Read(new byte[8]).Error);

        machine.SetState(RUNNING);
        ops.Saving = _ => new LyingSavingStream(-1);
        Assert.Equal(Errno.EIO, machine.SetState(STOP_COPY).Value!.Read(new byte[8]).Error);
    }

    [Fact]
    public void ThrowingWrite_IsEIOAndError()
    {
        resuming.BeforeWrite = static () => throw new InvalidOperationException("no room");
        MigrationSession session = machine.SetState(RESUMING).Value!;

        Assert.Equal(Errno.EIO, session.Write([1]));
        Assert.Equal((ERROR, true), (machine.State, session.IsOver));
        Assert.Equal("stream: driver bug: InvalidOperationException: no room", Assert.Single(reports));
    }

    [Theory]
    [InlineData("PRE_COPY")]
    [InlineData("PRE_COPY_P2P")]
    public void PrecopyInfo_InPreCopy_IsTheDrivers(string state)
    {
        saving.Info = static () => new PrecopyInfo(100, 7);
        MigrationSession session = machine.SetState(Parse(state)).Value!;
        var info = new VfioPrecopyInfo { Argsz = 24, Flags = 0x1234, InitialBytes = 1, DirtyBytes = 2 };

        Assert.Equal(Errno.None, session.GetPrecopyInfo(ref info));
        Assert.Equal(new VfioPrecopyInfo { Argsz = 24, Flags = 0x1234, InitialBytes = 100, DirtyBytes = 7 }, info);
    }

    [Fact]
    public void PrecopyInfo_WithALargerArgsz_EchoesIt()
    {
        MigrationSession session = machine.SetState(PRE_COPY).Value!;
        var info = new VfioPrecopyInfo { Argsz = 4096 };

        Assert.Equal(Errno.None, session.GetPrecopyInfo(ref info));
        Assert.Equal(4096u, info.Argsz);
    }

    /// <summary>uapi-v2.md, VFIO_MIG_GET_PRECOPY_INFO: the order of the checks as measured with mtty.</summary>
    [Fact]
    public void PrecopyInfo_ChecksInTheMeasuredOrder()
    {
        MigrationSession writable = machine.SetState(RESUMING).Value!;
        Assert.Equal((Errno.ENOTTY, Errno.ENOTTY), (Info(writable, 24), Info(writable, 0)));
        MigrationSession dead = machine.SetState(PRE_COPY).Value!;
        machine.SetState(RUNNING);
        Assert.Equal((Errno.EINVAL, Errno.EINVAL), (Info(dead, 23), Info(dead, 24)));
        MigrationSession alive = machine.SetState(PRE_COPY).Value!;
        Assert.Equal((Errno.EINVAL, Errno.ENODEV), (Info(dead, 23), Info(dead, 24)));
        Assert.Equal((Errno.EINVAL, Errno.None), (Info(alive, 23), Info(alive, 24)));
        machine.SetState(STOP_COPY);
        Assert.Equal(Errno.EINVAL, Info(alive, 24));
    }

    [Fact]
    public void RefusedPrecopyInfo_LeavesTheStructure()
    {
        MigrationSession session = machine.SetState(STOP_COPY).Value!;
        var info = new VfioPrecopyInfo { Argsz = 24, Flags = 1, InitialBytes = 2, DirtyBytes = 3 };
        VfioPrecopyInfo before = info;

        Assert.Equal(Errno.EINVAL, session.GetPrecopyInfo(ref info));
        Assert.Equal(before, info);
    }

    [Theory]
    [InlineData(false, true, 0x1234u)]
    [InlineData(false, false, 0x1234u)]
    [InlineData(true, true, 1u)]
    [InlineData(true, false, 0u)]
    public void Reinit_IsReportedToThoseWhoOptedIn(bool optedIn, bool reinit, uint flags)
    {
        saving.Info = () => new PrecopyInfo(5, 0, reinit);
        machine.ReportsReinit = optedIn;
        MigrationSession session = machine.SetState(PRE_COPY).Value!;
        var info = new VfioPrecopyInfo { Argsz = 24, Flags = 0x1234 };

        Assert.Equal(Errno.None, session.GetPrecopyInfo(ref info));
        Assert.Equal(flags, info.Flags);
    }

    [Fact]
    public void ThrowingPrecopyInfo_IsEIOAndError()
    {
        saving.Info = static () => throw new InvalidOperationException("no idea");
        MigrationSession session = machine.SetState(PRE_COPY).Value!;

        Assert.Equal(Errno.EIO, session.GetPrecopyInfo().Error);
        Assert.Equal(ERROR, machine.State);
    }

    [Fact]
    public void DriverWithoutPrecopyInfo_IsENOTTY()
    {
        ops.Saving = _ => new LyingSavingStream(0);

        Assert.Equal(Errno.ENOTTY, machine.SetState(PRE_COPY).Value!.GetPrecopyInfo().Error);
    }

    [Fact]
    public void ThrowingSize_IsEIOAndError()
    {
        ops.OnLength = static () => throw new InvalidOperationException("too large");

        Assert.Equal(Errno.EINTR, machine.GetStopCopyLength(new CancellationToken(canceled: true)).Error);
        Assert.Equal(Errno.EIO, machine.GetStopCopyLength().Error);
        Assert.Equal(ERROR, machine.State);
    }

    private static Errno Info(MigrationSession session, uint argsz)
    {
        var info = new VfioPrecopyInfo { Argsz = argsz };
        return session.GetPrecopyInfo(ref info);
    }
}
