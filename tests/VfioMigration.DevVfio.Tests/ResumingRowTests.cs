using VfioMigration.DevVfio.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

using static VfioMigration.DevVfio.Tests.Support.MeasuredTable;
using static VfioMigration.Uapi.Vfio.VfioDeviceState;

namespace VfioMigration.DevVfio.Tests;

/// <summary>Rows 304 to 344: streams that are written, right and wrong ones, and what the device makes of them.</summary>
public sealed class ResumingRowTests : IDisposable
{
    private readonly DevVfioFixture fixture = new();
    private readonly OpenDevice device;
    private readonly byte[] valid;

    public ResumingRowTests()
    {
        device = new OpenDevice(fixture, "mtty-1");
        device.Scratch = 0x5c;
        valid = device.ReadAll(device.Go(VFIO_DEVICE_STATE_STOP_COPY));
        device.Go(VFIO_DEVICE_STATE_RUNNING);
    }

    public void Dispose() => fixture.Dispose();

    [Fact, Rows(304, 305, 307, 308, 310, 311, 313)]
    public void Stream_IsLoadedWhenItIsWhole()
    {
        byte[] header = valid[..24];
        Resume(304, VFIO_DEVICE_STATE_STOP, valid);
        Resume(305, VFIO_DEVICE_STATE_STOP, [.. valid.Select(static one => new[] { one })]);
        device.Scratch = 0x11;
        Resume(307, VFIO_DEVICE_STATE_STOP);
        Resume(308, VFIO_DEVICE_STATE_STOP, header);
        Resume(310, VFIO_DEVICE_STATE_STOP, valid[..59]);
        Resume(311, VFIO_DEVICE_STATE_STOP, [.. valid, 0]);
        Resume(313, VFIO_DEVICE_STATE_STOP, valid, new byte[4096]);
    }

    [Fact, Rows(314, 323, 325, 326, 328)]
    public void Stream_ThatIsRefused_ChangesNothing()
    {
        Resume(314, VFIO_DEVICE_STATE_STOP, Pack.Filled(1 << 20, 0xee));
        Resume(323, VFIO_DEVICE_STATE_STOP, [[]]);
        Resume(325, VFIO_DEVICE_STATE_STOP_COPY, valid);
        Resume(326, VFIO_DEVICE_STATE_PRE_COPY, valid);
        Resume(328, VFIO_DEVICE_STATE_RESUMING);
    }

    /// <summary>Rows 316 to 322 and 344: the sample checks a header when it arrives, and loads what came all the same; here it stays refused.</summary>
    /// <summary>The write that completes the header is EFAULT, and whoever goes on nevertheless has the stream loaded.</summary>
    [Fact, Rows(316, 317, 319, 320, 322)]
    public void Stream_WithAWrongHeader_IsLoadedAllTheSame()
    {
        byte[] magic = Changed(0, 0xff);
        Resume(316, VFIO_DEVICE_STATE_STOP, magic[..24], magic[24..]);
        Resume(317, VFIO_DEVICE_STATE_STOP, Changed(8, 0xff));
        Resume(319, VFIO_DEVICE_STATE_STOP, Changed(16, 2));
        Resume(320, VFIO_DEVICE_STATE_STOP, Changed(20, 1));
        Resume(322, VFIO_DEVICE_STATE_RUNNING, magic);
    }

    [Fact, Rows(344)]
    public void Stream_OfALargerTypeCutToTheRightLength_IsLoaded()
    {
        var source = new OpenDevice(fixture, "mtty-2", 0);

        Resume(344, VFIO_DEVICE_STATE_STOP, source.ReadAll(source.Go(VFIO_DEVICE_STATE_STOP_COPY))[..valid.Length]);
    }

    [Fact, Rows(343)]
    public void Stream_OfALargerType_IsTooLong()
    {
        var source = new OpenDevice(fixture, "mtty-2", 0xa1);

        Resume(343, VFIO_DEVICE_STATE_STOP, source.ReadAll(source.Go(VFIO_DEVICE_STATE_STOP_COPY)));
    }

    /// <summary>Exempt: what the descriptor's link and flags say.</summary>
    [Fact, Rows(329, 331, 332, 335, 337, 338)]
    public void ResumingStream_IsWrittenInOrder()
    {
        (Result<int> answer, _, int data) = device.Set(VFIO_DEVICE_STATE_RESUMING);
        var file = new MountedFile(fixture.Mount, fixture.FileOf(data));

        Check(329, answer);
        Assert.False(Assert.IsType<MigrationDataFile>(fixture.FileOf(data)).Session.IsSaving);
        Check(331, file.SeekErrno);
        Check(332, file.SeekErrno);
        CheckOutput(335, $"0x{file.Poll:x}");
        (answer, _, int descriptor) = device.Set(VFIO_DEVICE_STATE_RESUMING);
        Check(337, answer, $"data_fd={descriptor}");
        Assert.Equal(valid.Length, fixture.Write(data, valid).Value);
        fixture.Close(data);
        Check(338, device.Set(VFIO_DEVICE_STATE_STOP).Answer, $"state={device.State}");
    }

    private byte[] Changed(int at, byte value)
    {
        byte[] changed = [.. valid];
        changed[at] = value;
        return changed;
    }

    /// <summary>One row: the writes, the state that is then asked for, and the writes' answers as the table lists them. The device is reset afterwards.</summary>
    private void Resume(int row, VfioDeviceState next, params byte[][] pieces)
    {
        int data = device.Go(VFIO_DEVICE_STATE_RESUMING);
        string[] writes = [.. pieces.Select(piece => $"write {piece.Length} -> {Name(fixture.Write(data, piece))}")];
        Result<int> answer = device.Set(next).Answer;

        string written = writes.Length == 0 ? "no writes" : string.Join(" | ", writes);
        Check(row, answer, $"{written}; state after={device.State}; SCR={device.Scratch:x2}; write to old fd now -> {Name(fixture.Write(data, [0]))}");
        Assert.Equal(0, device.Reset().Value);
    }

    private static string Name(Result<int> answer) => answer.IsOk ? $"{answer.Value}" : answer.Error.Name();
}
