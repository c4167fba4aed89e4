using FsCheck.Fluent;

using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Tests.Support;

using static VfioMigration.Vfio.Tests.Support.States;

namespace VfioMigration.Vfio.Tests.Migration.Streams;

public class DeviceStateSavingStreamTests
{
    private readonly FakeMigratableDevice device = new FakeMigratableDevice().Filled(7);

    [Fact]
    public void AnyReadSizes_GiveTheSameStream()
    {
        byte[] whole = device.SaveStopped();
        Quietly.Check(
            Gen.Choose(1, 600_000).NonEmptyListOf(),
            sizes =>
            {
                Assert.Equal(whole, device.Machine.SetState(STOP_COPY).Value!.ReadToEnd([.. sizes]));
                device.Machine.SetState(RUNNING);
            },
            times: 30);
        Assert.Equal(whole, device.Machine.SetState(STOP_COPY).Value!.ReadToEnd(1));
    }

    [Fact]
    public void EmptyRead_IsZeroAndChangesNothing()
    {
        MigrationSession session = device.Machine.SetState(PRE_COPY).Value!;
        ulong pending = session.PendingBytes;

        Assert.Equal(0, session.Read([]).Value);
        Assert.Equal(pending, session.PendingBytes);
    }

    [Fact]
    public void End_InPreCopy_IsENOMSGUntilSomethingChanges()
    {
        MigrationSession session = device.Machine.SetState(PRE_COPY).Value!;
        session.ReadToTemporaryEnd(100_000);
        Assert.Equal(Errno.ENOMSG, session.Read(new byte[1]).Error);
        Assert.Equal(0ul, session.PendingBytes);

        device.Large.Write(5 * Page.Size, [1]);

        Assert.Equal(DeviceStateFormat.RecordHeaderSize + Page.Size, session.ReadToTemporaryEnd(1000).Length);
    }

    /// <summary>What was read until then stays; the rest follows when the device can be saved.</summary>
    [Fact]
    public void Registers_ThatCannotBeSaved_EndTheStreamUntilTheyCan()
    {
        byte[] whole = device.SaveStopped();
        device.SaveError = Errno.ETIMEDOUT;
        MigrationSession session = device.Machine.SetState(STOP_COPY).Value!;
        var read = new List<byte>();
        byte[] part = new byte[1 << 20];
        Result<int> last = session.Read(part);
        for (; last.IsOk; last = session.Read(part))
        {
            read.AddRange(part[..last.Value]);
        }

        Assert.Equal(Errno.ETIMEDOUT, last.Error);
        device.SaveError = Errno.None;
        read.AddRange(session.ReadToEnd());
        Assert.Equal(whole, read.ToArray());
    }

    [Fact]
    public void Registers_BeyondARecord_AreEFBIG()
    {
        device.Registers = new byte[DeviceStateFormat.MaxPayload + 1];
        MigrationSession session = device.Machine.SetState(STOP_COPY).Value!;
        byte[] part = new byte[1 << 20];
        Result<int> last = session.Read(part);
        while (last.IsOk)
        {
            last = session.Read(part);
        }

        Assert.Equal(Errno.EFBIG, last.Error);
    }

    [Fact]
    public void End_InStopCopy_IsZeroForGood()
    {
        MigrationSession session = device.Machine.SetState(PRE_COPY).Value!;
        session.ReadToTemporaryEnd();
        device.Machine.SetState(STOP_COPY);

        byte[] rest = session.ReadToEnd();

        Assert.Equal((2 * DeviceStateFormat.RecordHeaderSize) + device.Registers.Length, rest.Length);
        Assert.Equal((0, 0ul), (session.Read(new byte[10]).Value, session.PendingBytes));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(4096)]
    [InlineData(300_000)]
    public void InitialBytes_FallByWhatIsRead(int size)
    {
        MigrationSession session = device.Machine.SetState(PRE_COPY).Value!;
        byte[] buffer = new byte[size];
        PrecopyInfo before = session.GetPrecopyInfo().Value;
        Assert.True(before.InitialBytes > (ulong)(device.Small.Length + device.Large.Length));
        while (session.Read(buffer).TryGet(out int count))
        {
            PrecopyInfo after = session.GetPrecopyInfo().Value;
            Assert.Equal(new PrecopyInfo(before.InitialBytes - (ulong)count, 0), after);
            before = after;
        }

        Assert.Equal(default, before);
    }

    [Fact]
    public void DirtyBytes_MoveWithTheMemory()
    {
        MigrationSession session = device.Machine.SetState(PRE_COPY).Value!;
        device.Small.Write(0, [9]);
        Assert.Equal((ulong)Page.Size, session.GetPrecopyInfo().Value.DirtyBytes);
        session.ReadToTemporaryEnd();
        Assert.Equal(default, session.GetPrecopyInfo().Value);

        device.Small.Write(4095, [1, 2]);
        device.Large.Write(0, [1]);
        Assert.Equal(new PrecopyInfo(0, 3 * Page.Size), session.GetPrecopyInfo().Value);
        session.ReadToTemporaryEnd();

        Assert.Equal(default, session.GetPrecopyInfo().Value);
    }

    [Fact]
    public void PendingBytes_OfAQuietDevice_AreWhatFollows()
    {
        MigrationSession session = device.Machine.SetState(STOP_COPY).Value!;
        ulong pending = session.PendingBytes;

        Assert.Equal(pending + (ulong)device.Registers.Length, (ulong)session.ReadToEnd(777).Length);
    }

    [Fact]
    public void NewSession_SendsEverythingAgain()
    {
        MigrationSession first = device.Machine.SetState(PRE_COPY).Value!;
        int whole = first.ReadToTemporaryEnd().Length;
        device.Machine.SetState(RUNNING);

        Assert.Equal(whole, device.Machine.SetState(PRE_COPY_P2P).Value!.ReadToTemporaryEnd().Length);
        Assert.Equal(Errno.ENODEV, first.Read(new byte[1]).Error);
    }
}
